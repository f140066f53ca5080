//! `npm run size`: how large each entry of the npm package is, and what the crate adds to a Rust app,
//! each against its budget.

use std::io::Write;

use anyhow::bail;
use flate2::Compression;
use flate2::write::GzEncoder;
use xshell::Shell;

use crate::build;
use crate::minimal_app::MinimalApps;

#[derive(clap::Args, Default)]
pub struct Options {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

struct Entry {
    name: &'static str,
    file: &'static str,
    /// The most that it may have after gzip, in bytes.
    gzip_budget: usize,
}

/// The budgets leave a little room above what is reached, so that growth is seen.
const ENTRIES: [Entry; 6] = [
    // Everything included: glue, shell and core.
    Entry { name: "graceful-websocket", file: "dist/index.js", gzip_budget: 7_650 },
    Entry { name: "graceful-websocket/slim", file: "dist/slim.js", gzip_budget: 5_600 },
    Entry { name: "graceful-websocket/js", file: "dist/js.js", gzip_budget: 8_000 },
    Entry { name: "graceful-websocket/ws", file: "dist/ws.js", gzip_budget: 1_550 },
    Entry { name: "graceful-websocket/core.wasm", file: "dist/core.wasm", gzip_budget: 1_900 },
    Entry { name: "classic script", file: "dist/graceful-websocket.global.js", gzip_budget: 7_950 },
];

/// What the crate may add to a minimal Rust app in an async task: bytes of wasm, after gzip.
const CRATE_GZIP_BUDGET: usize = 7_550;

/// Checks what the published core asks of browsers, and measures the built package and what the crate adds to a Rust app.
pub fn size(sh: &Shell, options: &Options) -> anyhow::Result<()> {
    if !sh.path_exists("dist/index.js") {
        build::build(sh)?;
    }
    build::check_features(sh)?;
    let mut over_budget = Vec::new();
    let mut report = serde_json::Map::new();
    for Entry { name, file, gzip_budget } in &ENTRIES {
        let bytes = sh.read_binary_file(file)?;
        let min = bytes.len();
        let gzip = gzip_len(&bytes)?;
        if gzip > *gzip_budget {
            over_budget.push(*name);
        }
        if !options.json {
            println!("{name}: {min} bytes minified, {gzip} bytes gzip (budget {gzip_budget})");
        }
        let row = serde_json::json!({ "min": min, "gzip": gzip, "gzipBudget": gzip_budget });
        report.insert((*name).to_owned(), row);
    }
    let apps = MinimalApps::weigh(sh)?;
    if apps.added_to_async() > CRATE_GZIP_BUDGET {
        over_budget.push(CRATE);
    }
    report.insert(CRATE.to_owned(), apps.json(CRATE_GZIP_BUDGET));
    if options.json {
        println!("{}", serde_json::Value::Object(report));
    } else {
        apps.print(CRATE_GZIP_BUDGET);
    }
    if !over_budget.is_empty() {
        bail!("over the size budget: {}", over_budget.join(", "));
    }
    Ok(())
}

const CRATE: &str = "the crate in a Rust app";

/// The length of what gzip makes of this.
pub fn gzip_len(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
