# Two stages: Go builds one static binary, and nothing else goes into the image.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# What the version command says: the context has no revision to look at.
ARG VERSION
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.release=${VERSION}" -o /out/cuaderno ./server \
 && /out/cuaderno licenses --save /out/licenses \
 && mkdir -p /out/state /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/cuaderno /cuaderno
COPY --from=build /out/licenses /licenses
# The state belongs to the user that runs: 65532, who owns nothing else.
COPY --from=build --chown=65532:65532 /out/state /state
# Where the volume may not be written to, everything is kept in memory, with a small directory here.
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
# Everything that is written goes to the volume: checkpoints, and the data set once downloaded.
ENV CUADERNO_ADDR=0.0.0.0:8080 CUADERNO_STATE=/state XDG_CACHE_HOME=/state/cache HOME=/state
VOLUME /state
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/cuaderno", "health"]
ENTRYPOINT ["/cuaderno"]
CMD ["serve"]
