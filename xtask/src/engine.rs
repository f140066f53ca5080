//! The browsers that the tests run in: found, or installed if they have to be there.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::ValueEnum;
use xshell::{Cmd, Shell, cmd};

use crate::setup::in_path;
use crate::step;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// Chromium or Chrome
    Chromium,
    /// Firefox, best the ESR
    Firefox,
    /// WebKitGTK, by its WebKitWebDriver, on a screen of Xvfb
    Webkit,
}

/// A browser with this engine, for a command that drives it (`tests/browsers/launch.mjs`).
pub struct Browser {
    engine: Engine,
    program: PathBuf,
}

impl Browser {
    /// The browsers with the named engines. If none is named: Chromium, and the others if they are
    /// installed.
    pub fn all(sh: &Shell, named: &[Engine]) -> anyhow::Result<Vec<Self>> {
        if !named.is_empty() {
            return named.iter().map(|&engine| Self::with(sh, engine)).collect();
        }
        let others = [Engine::Firefox, Engine::Webkit].into_iter().filter_map(Engine::find);
        Ok(std::iter::once(Self::with(sh, Engine::Chromium)?).chain(others).collect())
    }

    /// The one that the engine's variable names, an installed one, or one from apt.
    pub fn with(sh: &Shell, engine: Engine) -> anyhow::Result<Self> {
        if let Some(browser) = engine.find() {
            return Ok(browser);
        }
        let (name, packages) = (engine.name(), engine.packages());
        let is_root = cmd!(sh, "id -u").quiet().ignore_stderr().read().is_ok_and(|id| id == "0");
        if is_root && in_path("apt-get").is_some() {
            step(&format!("There is no {name}: installing it with apt-get"));
            cmd!(sh, "apt-get update --quiet").run()?;
            cmd!(sh, "apt-get install --yes --quiet --no-install-recommends {packages...}")
                .env("DEBIAN_FRONTEND", "noninteractive")
                .run()?;
            return engine.find().with_context(|| format!("apt-get has installed no {name}"));
        }
        bail!(
            "The tests need {name}, and it was not found. Install it (on Debian and Ubuntu: sudo \
             apt-get install {}), or say where it is: {}=/path/to/it npm test",
            packages.join(" "),
            engine.variable(),
        )
    }

    pub const fn name(&self) -> &'static str {
        self.engine.name()
    }

    pub fn is(&self, engine: Engine) -> bool {
        self.engine == engine
    }

    /// Makes the tests that the command runs run in this browser.
    pub fn drive<'a>(&self, command: Cmd<'a>) -> Cmd<'a> {
        let engine = self.engine.to_possible_value().map(|value| value.get_name().to_owned());
        command.env("ENGINE", engine.unwrap_or_default()).env(self.engine.variable(), &self.program)
    }
}

impl Engine {
    const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::Webkit => "WebKitGTK",
        }
    }

    /// Names the program, for who has it elsewhere.
    const fn variable(self) -> &'static str {
        match self {
            Self::Chromium => "CHROMIUM",
            Self::Firefox => "FIREFOX",
            Self::Webkit => "WEBKIT_DRIVER",
        }
    }

    const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium"],
            Self::Firefox => &["firefox-esr"],
            Self::Webkit => &["webkit2gtk-driver", "xvfb"],
        }
    }

    const fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => {
                &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
            }
            Self::Firefox => &["firefox-esr", "firefox"],
            Self::Webkit => &["WebKitWebDriver"],
        }
    }

    const fn applications(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "/Applications/Chromium.app/Contents/MacOS/Chromium",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            ],
            Self::Firefox => &["/Applications/Firefox.app/Contents/MacOS/firefox"],
            Self::Webkit => &[],
        }
    }

    fn find(self) -> Option<Browser> {
        if self == Self::Webkit {
            in_path("Xvfb")?;
        }
        let named = std::env::var_os(self.variable()).map(PathBuf::from);
        let installed = || self.programs().iter().find_map(|name| in_path(name));
        let applications = self.applications().iter().map(PathBuf::from);
        let program = named
            .or_else(installed)
            .or_else(|| applications.clone().find(|path| path.is_file()))?;
        Some(Browser { engine: self, program })
    }
}
