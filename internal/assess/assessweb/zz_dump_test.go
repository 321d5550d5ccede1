package assessweb_test
import ("testing";"os")
func TestDump(t *testing.T){
 os.MkdirAll("/tmp/pages",0o755)
 save:=func(b *browser,name string){ os.WriteFile("/tmp/pages/z-"+name+".html",[]byte(b.text),0o644)}
 w:=inScenario(t)
 w.get(w.root()+"?fenetre=w5"); a,f:=w.form("/acte","form.submit:w5"); f.Set("champ-f7","x"); f.Set("champ-f8","6"); f.Set("champ-f9","o12"); f.Set("do","form.submit:w5"); w.post(a,f); w.get(w.root())
 for !w.over() { w.step() }
 save(w,"result"); w.get("/mes-competences"); save(w,"profile"); w.get("/mes-epreuves"); save(w,"history")
}
