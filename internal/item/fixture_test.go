package item

import (
	"bytes"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"galien/content"
	"galien/internal/framework"
)

const sampleDir = "items/first-aid"

// sample is the folder of testdata in memory, to be changed by a test.
func sample(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	disk := os.DirFS("testdata/content")
	err := fs.WalkDir(disk, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(disk, name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sampleFramework(t testing.TB) *framework.Framework {
	t.Helper()
	return frameworkOf(t, os.DirFS("testdata/content"), "frameworks/first-aid-2026.1.yaml")
}

func frameworkOf(t testing.TB, fsys fs.FS, name string) *framework.Framework {
	t.Helper()
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	fw, err := framework.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return fw
}

func sampleBank(t testing.TB) *Bank { return bankOf(t, sample(t)) }

func bankOf(t testing.TB, fsys fs.FS) *Bank {
	t.Helper()
	b, err := Load(fsys, sampleDir, sampleFramework(t))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sampleItem returns the sample bank's item of a type: there is one of each.
func sampleItem(t testing.TB, kind Type) *Item {
	t.Helper()
	for _, it := range sampleBank(t).items {
		if it.Type == kind {
			return it
		}
	}
	t.Fatalf("no %s item", kind)
	return nil
}

// realBank is the bank of the product.
func realBank(t testing.TB) (*Bank, []Finding) {
	t.Helper()
	return Inspect(content.FS(), "items/socle-ns", frameworkOf(t, content.FS(), "frameworks/socle-ns-1.2022.yaml"))
}

// edit replaces a text that must be there in a file of a bank.
func edit(t testing.TB, files fstest.MapFS, name, from, to string) {
	t.Helper()
	file, ok := files[name]
	if !ok || !bytes.Contains(file.Data, []byte(from)) {
		t.Fatalf("%s does not hold %q: the test would change nothing", name, from)
	}
	files[name] = &fstest.MapFile{Data: bytes.Replace(file.Data, []byte(from), []byte(to), 1)}
}

func byDigest(image Image) string { return "/images/" + image.SHA256 }
