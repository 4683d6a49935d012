package export

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
)

// ErrUnknown says that a file is of no kind that Read reads.
var ErrUnknown = errors.New("no model that can be brought: those are .safetensors files of Cuaderno's, and Keras' .weights.h5, .h5 and .keras files")

// unknown says what a file looks like.
func unknown(what string) error {
	return fmt.Errorf("export: it looks like %s, which is %w", what, ErrUnknown)
}

// What a file is read as.
const (
	asHDF5 = iota
	asArchive
	asSafetensors
)

const hdf5Signature = "\x89HDF\r\n\x1a\n"

// look tells from a file's content how it is to be read, or says what it looks like.
func look(r io.ReaderAt, size int64) (int, error) {
	head := make([]byte, min(size, 4104))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return 0, fmt.Errorf("export: %w", err)
	}
	switch {
	case len(head) == 0:
		return 0, fmt.Errorf("export: the file is empty: %w", ErrUnknown)
	case bytes.HasPrefix(head, []byte(hdf5Signature)):
		return asHDF5, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return asArchive, archived(r, size)
	}
	for _, m := range magics {
		if len(head) >= m.at && bytes.HasPrefix(head[m.at:], []byte(m.bytes)) {
			return 0, unknown(m.what)
		}
	}
	for at := 512; at+len(hdf5Signature) <= len(head); at *= 2 {
		if bytes.HasPrefix(head[at:], []byte(hdf5Signature)) {
			return 0, unknown(fmt.Sprintf("an HDF5 file behind %d bytes of something else, as MATLAB's are", at))
		}
	}
	switch {
	case len(head) > 8 && head[8] == '{' && binary.LittleEndian.Uint64(head) < 1<<32:
		return asSafetensors, nil
	case pickled(head):
		return 0, unknown("a Python pickle, such as scikit-learn's or PyTorch's")
	case isONNX(head):
		return 0, unknown("an ONNX model")
	}
	return 0, unknown(kindOf(head))
}

// magics are what files of other kinds begin with.
var magics = []struct {
	at    int
	bytes string
	what  string
}{
	{0, "\x93NUMPY", "an array of NumPy's (.npy)"},
	{0, "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19", "a PyTorch file of before 1.6"},
	{0, "PK\x05\x06", "an empty zip archive"},
	{0, "GGUF", "a model of llama.cpp's (GGUF)"},
	{4, "TFL3", "a TensorFlow Lite model"},
	{0, "\x08\x01\x12", "a TensorFlow SavedModel (load it in Keras and save it as .keras)"},
	{0, "\x1f\x8b", "a gzip archive (unpack it)"},
	{0, "BZh", "a bzip2 archive (unpack it)"},
	{0, "\xfd7zXZ\x00", "an xz archive (unpack it)"},
	{0, "\x28\xb5\x2f\xfd", "a Zstandard archive (unpack it)"},
	{0, "7z\xbc\xaf\x27\x1c", "a 7z archive (unpack it)"},
	{257, "ustar", "a tar archive (unpack it)"},
	{0, "version https://git-lfs.github.com/spec/", "a pointer of Git LFS in place of the file (git lfs pull fetches it)"},
}

// pickled tells Python's pickles of protocols 2 to 5, which say their protocol first and then begin a
// frame, name a class, or put something on their stack.
func pickled(head []byte) bool {
	return len(head) > 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5 && strings.IndexByte("\x95}]()cKJMXU\x8a\x8c", head[2]) >= 0
}

// isONNX tells a ModelProto by its first two fields: the version of its form, and a text, a number or a graph.
func isONNX(head []byte) bool {
	return len(head) > 2 && head[0] == 0x08 && head[1] < 64 && strings.IndexByte("\x12\x1a\x22\x28\x32\x3a\x42", head[2]) >= 0
}

// kindOf names what browsers know, and texts.
func kindOf(head []byte) string {
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	text := bytes.TrimLeft(head, "\ufeff \t\r\n")
	switch {
	case kind == "text/html":
		return "a web page, as a download that failed leaves behind"
	case kind == "text/plain" && bytes.HasPrefix(text, []byte("{")) && bytes.Contains(head, []byte(`"class_name"`)):
		return "the configuration of a Keras model, without its weights (model.save writes both)"
	case kind == "text/plain" && (bytes.HasPrefix(text, []byte("{")) || bytes.HasPrefix(text, []byte("["))):
		return "JSON"
	case kind == "text/plain":
		return "a text"
	case kind != "application/octet-stream":
		return "a file of the kind " + kind
	}
	return "nothing that is known here"
}

// archived says what a zip archive looks like, if it is not one of Keras'. One that is damaged is left to
// be told by whoever reads it.
func archived(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil
	}
	const most = 1000 // names that are looked at
	has := map[string]bool{}
	for _, f := range z.File[:min(len(z.File), most)] {
		has[path.Base(f.Name)] = true
		has["*"+path.Ext(f.Name)] = true
	}
	switch {
	case has["config.json"] || has["model.weights.h5"]:
		return nil
	case has["constants.pkl"]:
		return unknown("a TorchScript model")
	case has["data.pkl"]:
		return unknown("a PyTorch file")
	case has["*.npy"]:
		return unknown("arrays of NumPy's (.npz)")
	case has["[Content_Types].xml"]:
		return unknown("a document of an office program")
	case has["saved_model.pb"]:
		return unknown("a zip archive of a TensorFlow SavedModel (load it in Keras and save it as .keras)")
	case has["*.h5"] || has["*.keras"] || has["*.safetensors"]:
		return unknown("a zip archive with a model in it (unpack it)")
	}
	return unknown("a zip archive")
}
