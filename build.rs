//! Embeds what is no Rust: writes a table of the files under `web/dist` for `src/server/web.rs`, and
//! one of the query files under `tools/` for `src/tools/query/embedded.rs`.
//!
//! It never runs npm and never touches the network. Without a build it embeds a page that says how
//! to make one; under `REQUIRE_UI=1` a build that is absent or stale is an error.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Everything a build of the client depends on; the same list as in `web/scripts/source-hash.mjs`.
const SOURCES: [&str; 8] = [
    "index.html",
    "package-lock.json",
    "package.json",
    "public",
    "scripts/source-hash.mjs",
    "src",
    "tsconfig.json",
    "vite.config.ts",
];

const HEADERS: &str = "web/security-headers.txt";
const STUB: &str = "web/stub.html";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let web = root.join("web");
    let dist = web.join("dist");
    let required = env::var("REQUIRE_UI").is_ok_and(|value| value == "1");
    watch(&dist, required);
    let files = match state(&web, &dist)? {
        State::Fresh => files_under(&dist)?,
        State::Stale if required => {
            return Err("web/dist is stale: run `npm ci && npm run build` in web".into());
        }
        State::Stale => {
            println!(
                "cargo::warning=web/dist is older than its sources; run `npm ci && npm run build` in web"
            );
            files_under(&dist)?
        }
        State::Absent if required => {
            return Err("web/dist is absent: run `npm ci && npm run build` in web".into());
        }
        State::Absent => Vec::new(),
    };
    let table = table(&root, &dist, &files)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("web_assets.rs"), table)?;
    fs::write(out.join("query_files.rs"), queries(&root.join("tools"))?)?;
    Ok(())
}

/// The table of query files, in the order of their paths below `tools`.
fn queries(tools: &Path) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", tools.display());
    let files = files_under(tools)?;
    let mut files: Vec<PathBuf> =
        files.into_iter().filter(|path| path.extension().is_some_and(|one| one == "kql")).collect();
    files.sort();
    let mut table = "const FILES: &[(&str, &str)] = &[\n".to_owned();
    for path in files {
        let short = path.strip_prefix(tools)?.to_string_lossy().replace('\\', "/");
        writeln!(table, "    ({short:?}, include_str!({path:?})),")?;
    }
    table.push_str("];\n");
    Ok(table)
}

/// Cargo runs this again when the build of the client changes. A path that does not exist would
/// make it run every time, so an empty directory stands in, older than any build.
fn watch(dist: &Path, required: bool) {
    println!("cargo::rerun-if-env-changed=REQUIRE_UI");
    for path in ["build.rs", HEADERS, STUB] {
        println!("cargo::rerun-if-changed={path}");
    }
    if !dist.exists() && fs::create_dir_all(dist).is_ok() {
        let aged = fs::File::open(dist).and_then(|dir| dir.set_modified(SystemTime::UNIX_EPOCH));
        drop(aged);
    }
    println!("cargo::rerun-if-changed=web/dist");
    if required {
        for source in SOURCES {
            println!("cargo::rerun-if-changed=web/{source}");
        }
    }
}

enum State {
    Fresh,
    Stale,
    Absent,
}

fn state(web: &Path, dist: &Path) -> Result<State, Box<dyn Error>> {
    if !dist.join("index.html").exists() {
        return Ok(State::Absent);
    }
    let built_from = fs::read_to_string(dist.join(".source-hash")).unwrap_or_default();
    let sources = source_hash(web)?;
    Ok(if built_from.trim() == sources { State::Fresh } else { State::Stale })
}

/// The hash that `web/scripts/source-hash.mjs` writes: over each path, a zero byte, the file's
/// bytes and a zero byte, in the order of the paths.
fn source_hash(web: &Path) -> Result<String, Box<dyn Error>> {
    let mut paths = Vec::new();
    for source in SOURCES {
        let path = web.join(source);
        if path.is_dir() { paths.extend(files_under(&path)?) } else { paths.push(path) }
    }
    let mut named: Vec<(String, PathBuf)> = paths
        .into_iter()
        .map(|path| Ok((name_in(web, &path)?, path)))
        .collect::<Result<_, String>>()?;
    named.sort();
    let mut hash = Fnv::default();
    for (name, path) in named {
        hash.add(name.as_bytes()).add(&[0]).add(&fs::read(path)?).add(&[0]);
    }
    Ok(hash.hex())
}

/// The table as Rust: one `Asset` a file, then the headers sent with each.
fn table(root: &Path, dist: &Path, files: &[PathBuf]) -> Result<String, Box<dyn Error>> {
    let mut rust = String::from("static ASSETS: &[Asset] = &[\n");
    for path in files {
        let name = name_in(dist, path)?;
        if !name.starts_with('.') && !name.ends_with(".gz") {
            let url = if name == "index.html" { "/".to_owned() } else { format!("/{name}") };
            rust.push_str(&asset(&url, path)?);
        }
    }
    if files.is_empty() {
        rust.push_str(&asset("/", &root.join(STUB))?);
    }
    rust.push_str("];\n\nstatic SECURITY_HEADERS: &[(&str, &str)] = &[\n");
    for line in fs::read_to_string(root.join(HEADERS))?.lines() {
        let (name, value) = line.split_once(": ").ok_or("a header is `name: value`")?;
        writeln!(rust, "    ({name:?}, {value:?}),")?;
    }
    rust.push_str("];\n");
    Ok(rust)
}

fn asset(url: &str, path: &Path) -> Result<String, Box<dyn Error>> {
    let etag = Fnv::default().add(&fs::read(path)?).hex();
    let packed = PathBuf::from(format!("{}.gz", path.display()));
    let gzip = if packed.exists() {
        format!("Some(include_bytes!({packed:?}))")
    } else {
        "None".to_owned()
    };
    let hashed = url.starts_with("/assets/");
    let kind = content_type(path)?;
    Ok(format!(
        "    Asset {{ path: {url:?}, content_type: {kind:?}, etag: \"\\\"{etag}\\\"\", hashed: {hashed}, \
         plain: include_bytes!({path:?}), gzip: {gzip} }},\n"
    ))
}

fn content_type(path: &Path) -> Result<&'static str, String> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => Ok("text/html; charset=utf-8"),
        Some("js") => Ok("text/javascript; charset=utf-8"),
        Some("css") => Ok("text/css; charset=utf-8"),
        Some("svg") => Ok("image/svg+xml"),
        Some("json") => Ok("application/json"),
        Some("txt") => Ok("text/plain; charset=utf-8"),
        _ => Err(format!("no content type is known for {}", path.display())),
    }
}

fn files_under(directory: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() { files.extend(files_under(&path)?) } else { files.push(path) }
    }
    files.sort();
    Ok(files)
}

fn name_in(base: &Path, path: &Path) -> Result<String, String> {
    let relative = path.strip_prefix(base).map_err(|error| error.to_string())?;
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    Ok(parts.join("/"))
}

/// FNV-1a, 64 bit: it tells builds apart, it guards nothing.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) -> &mut Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self
    }

    fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }
}
