//! Finding PostgreSQL's programs and running a server with them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Server;

/// The server's own directory within the one it is given; it holds the data, the socket, the log.
const HOME: &str = "server";

/// The shell function that ends a server and removes what it had. `$1` is its directory.
pub(super) const STOP: &str = r#"
stop() {
    pid=$(head -n 1 "$1/server/data/postmaster.pid" 2>/dev/null)
    if [ -n "$pid" ]; then
        kill -QUIT "$pid" 2>/dev/null
        tries=0
        while kill -0 "$pid" 2>/dev/null && [ $tries -lt 100 ]; do
            sleep 0.1
            tries=$((tries + 1))
        done
    fi
    rm -rf "$1/server"
}
"#;

/// One of PostgreSQL's programs. Those of one release stay together: the directory that has
/// `initdb` comes first, since Debian's own `psql` in `PATH` is a slow script around the real one.
pub(super) fn program(name: &str) -> io::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut directories: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut releases: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    releases.sort();
    directories.extend(releases.into_iter().rev());
    let with = |name: &str| directories.iter().map(|directory| directory.join(name)).find(|path| path.is_file());
    let beside = with("initdb").map(|initdb| initdb.with_file_name(name));
    beside.filter(|path| path.is_file()).or_else(|| with(name)).ok_or_else(|| {
        io::Error::other(format!(
            "{name} was not found: install PostgreSQL, or name a server with {}",
            super::SERVER_VARIABLE
        ))
    })
}

/// Makes a cluster in `directory` and starts its server on a socket there.
pub(super) fn start(
    directory: &Path,
    port: u16,
    settings: &[(&str, &str)],
    files: &[(&str, &str)],
) -> io::Result<Server> {
    let home = directory.join(HOME);
    let data = home.join("data");
    fs::create_dir_all(&home)?;
    let user = ServerUser::find()?;
    user.give(&home)?;

    let mut initdb = user.command(&program("initdb")?);
    initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"]);
    output(initdb.arg(&data))?;
    let mut configuration = OpenOptions::new().append(true).open(data.join("postgresql.conf"))?;
    let socket = home.display().to_string();
    let own = [("listen_addresses", ""), ("unix_socket_directories", socket.as_str())];
    for (name, value) in own.iter().chain(settings) {
        writeln!(configuration, "{name} = '{value}'")?;
    }
    writeln!(configuration, "port = {port}")?;

    for (name, contents) in files {
        let path = data.join(name);
        OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path)?;
        fs::write(&path, contents)?;
        user.give(&path)?;
    }

    let log = home.join("log");
    let mut start = user.command(&program("pg_ctl")?);
    start.args(["start", "--silent", "--wait", "--timeout=60", "-D"]).arg(&data);
    // The server keeps the streams it is started with, so they must not be a test's.
    start.arg("-l").arg(&log).stdout(Stdio::null()).stderr(Stdio::null());
    if !start.status()?.success() {
        let log = fs::read_to_string(&log).unwrap_or_default();
        return Err(io::Error::other(format!("the PostgreSQL server did not start: {log}")));
    }
    server_at(directory, port)
}

/// The server that runs in `directory`.
pub(super) fn server_at(directory: &Path, port: u16) -> io::Result<Server> {
    let socket = directory.join(HOME).display().to_string().replace('/', "%2F");
    Ok(Server { url: format!("postgres://postgres@{socket}:{port}/postgres"), psql: program("psql")? })
}

/// Whether a server answers in `directory`.
pub(super) fn is_running(directory: &Path, port: u16) -> bool {
    let socket = directory.join(HOME).join(format!(".s.PGSQL.{port}"));
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

/// Removes what a server that is no longer running has left.
pub(super) fn remove_remains(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory.join(HOME)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Runs a program to its end; answers what it printed, or fails with what it complained about.
pub(super) fn output(command: &mut Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(io::Error::other(format!("{}: {complaint}", command.get_program().display())))
}

/// A shell that outlives this process and is not reached by an interrupt from the terminal.
pub(super) fn watchdog(script: &str, directory: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{STOP}{script}")).arg("sh").arg(directory).current_dir("/");
    shell.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shell
}

/// A file that carries a lock.
pub(super) fn lock_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

/// Who the server runs as. PostgreSQL refuses to run as root, so root lends it another name.
struct ServerUser {
    other: Option<(u32, u32)>,
}

impl ServerUser {
    fn find() -> io::Result<Self> {
        if id(&["-u"])? != 0 {
            return Ok(Self { other: None });
        }
        for name in ["postgres", "nobody"] {
            if let (Ok(user), Ok(group)) = (id(&["-u", name]), id(&["-g", name])) {
                return Ok(Self { other: Some((user, group)) });
            }
        }
        Err(io::Error::other("PostgreSQL cannot run as root, and there is no user postgres"))
    }

    fn give(&self, path: &Path) -> io::Result<()> {
        match self.other {
            Some((user, group)) => chown(path, Some(user), Some(group)),
            None => Ok(()),
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/");
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }
}

fn id(arguments: &[&str]) -> io::Result<u32> {
    let text = output(Command::new("id").args(arguments))?;
    text.trim().parse().map_err(io::Error::other)
}
