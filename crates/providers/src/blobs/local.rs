//! Files on a local disk. A file appears under its name whole and on the disk, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::blobs::Blobs;
use qist_domain::day::Instant;

use super::{BLOB_BYTES_MAX, BlobKey, check_size};
use crate::random;
use crate::secrets::hex;

/// Files are written here first. No key begins with a full stop, so none can point into it.
const INCOMING: &str = ".incoming";
const STALE_AFTER: Duration = Duration::from_secs(86_400);

/// A directory tree; only its owner can read it.
#[derive(Debug, Clone)]
pub struct LocalBlobs {
    root: PathBuf,
}

impl LocalBlobs {
    /// Makes the directory where it is missing, and clears away what writes that were cut short left behind, where it
    /// is older than a day: nothing younger, because another server may be writing.
    pub fn open(root: impl Into<PathBuf>, now: Instant) -> io::Result<LocalBlobs> {
        let root = root.into();
        let incoming = root.join(INCOMING);
        make_directories(&incoming)?;
        let now = SystemTime::UNIX_EPOCH + Duration::from_micros(now.micros().max(0).unsigned_abs());
        for entry in fs::read_dir(&incoming)? {
            clear_if_stale(&entry?.path(), now)?;
        }
        Ok(LocalBlobs { root })
    }

    fn write(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.root.join(key);
        let directory = target.parent().unwrap_or(&self.root);
        make_directories(directory)?;
        let name: [u8; 16] = random::bytes().map_err(io::Error::other)?;
        let incoming = self.root.join(INCOMING).join(hex(&name));
        let written = write_whole(&incoming, bytes).and_then(|()| fs::rename(&incoming, &target));
        if written.is_err() {
            // What matters is the first error; what stays behind is cleared away at the next start.
            let _ = fs::remove_file(&incoming);
        }
        written?;
        sync_directory(directory)
    }
}

#[async_trait]
impl Blobs for LocalBlobs {
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<()> {
        check_size(&bytes)?;
        let (store, key) = (self.clone(), BlobKey::parse(key)?.as_str().to_owned());
        on_a_blocking_thread(move || store.write(&key, &bytes)).await
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let path = self.root.join(BlobKey::parse(key)?.as_str());
        on_a_blocking_thread(move || read_whole(&path)).await
    }
}

async fn on_a_blocking_thread<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    done.map_err(|error| Error::Unavailable(format!("file storage: {error}")))
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn read_whole(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let size = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        // A name below one that is a file does not exist either.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if usize::try_from(size).is_ok_and(|size| size > BLOB_BYTES_MAX) {
        return Err(io::Error::other("the file is larger than any that is stored here"));
    }
    fs::read(path).map(Some)
}

/// Another server may have finished with the file, or cleared it away, just now.
fn clear_if_stale(path: &Path, now: SystemTime) -> io::Result<()> {
    let cleared = fs::metadata(path).and_then(|metadata| metadata.modified()).and_then(|modified| {
        let age = now.duration_since(modified).unwrap_or_default();
        if age > STALE_AFTER { fs::remove_file(path) } else { Ok(()) }
    });
    match cleared {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Makes a directory and those above it. Each new name is on the disk before anything is put under it.
fn make_directories(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        make_directories(above)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }?;
    sync_directory(above.unwrap_or(Path::new(".")))
}

/// A name is on the disk only once its directory is.
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::exercise;
    use super::*;

    const NOW: Instant = Instant::from_micros(1_700_000_000_000_000);

    fn opened() -> (tempfile::TempDir, LocalBlobs) {
        let directory = tempfile::tempdir().unwrap();
        let blobs = LocalBlobs::open(directory.path().join("deep/files"), NOW).unwrap();
        (directory, blobs)
    }

    fn count_incoming(blobs: &LocalBlobs) -> usize {
        fs::read_dir(blobs.root.join(INCOMING)).unwrap().count()
    }

    #[tokio::test]
    async fn a_local_disk_stores_files() {
        let (_directory, blobs) = opened();
        exercise::storage(&blobs).await;
        assert_eq!(count_incoming(&blobs), 0, "nothing is left of a finished write");
    }

    #[tokio::test]
    async fn only_the_owner_can_read_a_file() {
        let (_directory, blobs) = opened();
        blobs.put("a/b", vec![1]).await.unwrap();
        let mode = |path: &str| fs::metadata(blobs.root.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("a/b"), mode("a"), mode(".")), (0o600, 0o700, 0o700));
    }

    #[tokio::test]
    async fn a_write_that_fails_leaves_the_file_as_it_was_and_nothing_behind() {
        let (_directory, blobs) = opened();
        blobs.put("a/b", vec![1]).await.unwrap();
        assert!(blobs.put("a", vec![2]).await.is_err(), "a directory has this name");
        assert!(blobs.put("a/b/c", vec![2]).await.is_err(), "a file stands in the way");
        assert_eq!(blobs.get("a/b").await.unwrap(), Some(vec![1]));
        assert_eq!(blobs.get("a/b/c").await.unwrap(), None);
        assert_eq!(count_incoming(&blobs), 0);
    }

    #[tokio::test]
    async fn a_start_clears_away_what_is_older_than_a_day_and_nothing_else() {
        let (_directory, blobs) = opened();
        blobs.put("kept", vec![1]).await.unwrap();
        let now = SystemTime::UNIX_EPOCH + Duration::from_micros(NOW.micros().unsigned_abs());
        for (name, age_seconds) in [("old", 86_401), ("young", 86_399)] {
            let file = File::create(blobs.root.join(INCOMING).join(name)).unwrap();
            file.set_modified(now - Duration::from_secs(age_seconds)).unwrap();
        }
        let blobs = LocalBlobs::open(&blobs.root, NOW).unwrap();
        assert!(!blobs.root.join(INCOMING).join("old").exists());
        assert!(blobs.root.join(INCOMING).join("young").exists());
        assert_eq!(blobs.get("kept").await.unwrap(), Some(vec![1]));
    }

    #[tokio::test]
    async fn readers_see_one_whole_file_or_the_other_while_it_is_replaced() {
        let (_directory, blobs) = opened();
        blobs.put("a", vec![0; 100_000]).await.unwrap();
        let writer = tokio::spawn({
            let blobs = blobs.clone();
            async move {
                for round in 1..=50 {
                    blobs.put("a", vec![round; 100_000]).await.unwrap();
                }
            }
        });
        while !writer.is_finished() {
            let bytes = blobs.get("a").await.unwrap().unwrap();
            assert_eq!(bytes.len(), 100_000);
            assert!(bytes.iter().all(|byte| *byte == bytes[0]));
        }
        writer.await.unwrap();
    }
}
