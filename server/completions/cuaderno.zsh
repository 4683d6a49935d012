_cuaderno() {
  local line word text
  local -a found
  for line in "${(@f)$(cuaderno complete -- "$LBUFFER" 2>/dev/null)}"; do
    word=${line%%$'\t'*} text=
    [[ $line == *$'\t'* ]] && text=${line#*$'\t'}
    if [[ $word == :files ]]; then
      [[ $PREFIX == -*=* ]] && compset -P '*='
      _files
      return
    fi
    [[ -n $word ]] && found+=("${word//:/\\:}${text:+:$text}")
  done
  (($#found)) && _describe -V cuaderno found
}
compdef _cuaderno cuaderno
