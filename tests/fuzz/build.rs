//! Puts the rooms of the language side by side as Rust looks for them, since a file that is named by its path looks
//! for its modules beside itself.

use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let out = std::env::var("OUT_DIR").map_err(std::io::Error::other)?;
    let out = Path::new(&out);
    let mut rooms = String::new();
    for room in ["kql", "schema"] {
        let target = out.join(room);
        copy(&root.join("src").join(room), &target)?;
        fs::copy(root.join("src").join(format!("{room}.rs")), target.join("mod.rs"))?;
        rooms += &format!("#[path = {:?}]\npub mod {room};\n", target.join("mod.rs"));
        println!("cargo::rerun-if-changed={}", root.join("src").join(room).display());
        println!("cargo::rerun-if-changed={}", root.join("src").join(format!("{room}.rs")).display());
    }
    copy(&root.join("assets/schema"), &out.join("assets/schema"))?;
    fs::write(out.join("rooms.rs"), rooms)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
