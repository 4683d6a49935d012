package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"cuaderno/server/export"
	"cuaderno/training/checkpoint"
)

// archive is a zip of empty files.
func archive(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is no model that can be brought is called by what it looks like, and what can be is said. The
// beginnings are those that the programs named write.
func TestUnknownFilesAreNamed(t *testing.T) {
	ours := bytesOf(t, export.ONNX, small())
	for name, c := range map[string]struct{ data, want string }{
		"nothing":            {"", "empty"},
		"our ONNX":           {string(ours), "an ONNX model"},
		"PyTorch's ONNX":     {"\x08\x08\x12\x07pytorch\x1a\x052.4.0", "an ONNX model"},
		"ONNX of helpers":    {"\x08\x0a:\x40\x0a\x04", "an ONNX model"},
		"PyTorch":            {archive(t, "model/data.pkl", "model/version", "model/data/0"), "a PyTorch file"},
		"PyTorch of old":     {"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", "PyTorch"},
		"TorchScript":        {archive(t, "m/data.pkl", "m/constants.pkl", "m/code/__torch__.py"), "TorchScript"},
		"a pickle":           {"\x80\x04\x95\x1b\x00\x00\x00\x00\x00\x00\x00}\x94.", "a Python pickle"},
		"a pickle of 2":      {"\x80\x02}q\x00.", "a Python pickle"},
		"NumPy":              {"\x93NUMPY\x01\x00v\x00{'descr': '<f4'", ".npy"},
		"NumPy's archive":    {archive(t, "a.npy", "b.npy"), ".npz"},
		"TensorFlow":         {"\x08\x01\x12\xa5\x1c\n", "SavedModel"},
		"TensorFlow, zipped": {archive(t, "m/saved_model.pb", "m/variables/variables.index"), "SavedModel"},
		"TensorFlow Lite":    {"\x1c\x00\x00\x00TFL3", "TensorFlow Lite"},
		"llama.cpp":          {"GGUF\x03\x00\x00\x00", "GGUF"},
		"zip":                {archive(t, "a.txt"), "a zip archive"},
		"zip of nothing":     {archive(t), "an empty zip archive"},
		"zip of a model":     {archive(t, "my.weights.h5"), "unpack it"},
		"office":             {archive(t, "[Content_Types].xml", "word/document.xml"), "office"},
		"gzip":               {"\x1f\x8b\x08\x00\x00\x00\x00\x00", "gzip"},
		"tar":                {"m.h5" + strings.Repeat("\x00", 253) + "ustar\x0000", "tar"},
		"Git LFS":            {"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "Git LFS"},
		"a web page":         {"<!DOCTYPE html>\n<html><title>404", "web page"},
		"a configuration":    {`{"class_name": "Sequential", "config": {}}`, "without its weights"},
		"JSON":               {`{"maxlen": 80}`, "JSON"},
		"a text":             {"weights of a model", "a text"},
		"a text in UTF-8":    {"críticas de cine", "a text"},
		"an image":           {"\x89PNG\r\n\x1a\n\x00", "image/png"},
		"MATLAB":             {"MATLAB 7.3 MAT-file" + strings.Repeat(" ", 493) + "\x89HDF\r\n\x1a\n\x00", "behind 512 bytes"},
		"noise":              {"\xf1\x02\x93\x00\xf8\x81\x00\x00\x00\x00", "nothing that is known"},
		"seven bytes":        {"\x07\x00\x00\x00\x00\x00\x00", "nothing that is known"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := export.Read(strings.NewReader(c.data), int64(len(c.data)))
			if !errors.Is(err, export.ErrUnknown) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), ".keras files") {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
	t.Run("somebody else's safetensors", func(t *testing.T) {
		header := `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
		data := string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + "\x00\x00\x00\x00"
		_, err := export.Read(strings.NewReader(data), int64(len(data)))
		if !errors.Is(err, checkpoint.ErrFormat) || !strings.Contains(err.Error(), "not one of Cuaderno's") {
			t.Errorf("error %v", err)
		}
	})
}
