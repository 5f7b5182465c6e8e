//! SQLite's log needs shared memory and honest locks, which network file systems do not give.

use std::fs;
use std::path::Path;

use super::super::DbError;

const NETWORK: [&str; 12] = [
    "afs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "lustre",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
];

/// Refuses a database file on a network file system. Only Linux says what is mounted where in a
/// file; elsewhere this lets everything pass.
pub(super) fn refuse_network(path: &Path) -> Result<(), DbError> {
    let Ok(mounts) = fs::read_to_string("/proc/self/mountinfo") else {
        return Ok(());
    };
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let Ok(directory) = directory.canonicalize() else {
        return Err(DbError::unusable(format!("{} does not exist", directory.display())));
    };
    match kind_at(&mounts, &directory) {
        Some(kind) if NETWORK.contains(&kind) => Err(DbError::unusable(format!(
            "{} is on a network file system ({kind}), where SQLite is not safe",
            path.display(),
        ))),
        _ => Ok(()),
    }
}

/// The kind of the file system a directory is on: that of the longest mount point above it, and
/// of several mounted over each other the last.
fn kind_at<'a>(mounts: &'a str, directory: &Path) -> Option<&'a str> {
    let mut found: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        // `36 35 98:0 / /mnt rw,noatime master:1 - ext3 /dev/root rw`
        let Some((mount, device)) = line.split_once(" - ") else { continue };
        let Some(point) = mount.split(' ').nth(4) else { continue };
        let point = point.replace("\\040", " ");
        let longer = found.is_none_or(|(length, _)| point.len() >= length);
        if longer && directory.starts_with(&point) {
            found = device.split(' ').next().map(|kind| (point.len(), kind));
        }
    }
    found.map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 22 0:35 / /srv rw - nfs4 server:/export rw
41 40 254:1 / /srv/local rw shared:1 - xfs /dev/vdb rw
42 22 0:36 / /my\\040share rw - cifs //server/share rw
43 22 0:37 / /twice rw - ext4 /dev/vdc rw
44 43 0:38 / /twice rw - fuse.sshfs host: rw
";

    #[test]
    fn the_innermost_mount_decides() {
        let kind = |path: &str| kind_at(MOUNTS, Path::new(path));
        assert_eq!(kind("/var/lib/qist"), Some("ext4"));
        assert_eq!(kind("/srv/qist"), Some("nfs4"));
        assert_eq!(kind("/srv/local/qist"), Some("xfs"));
        assert_eq!(kind("/srvice"), Some("ext4"));
        assert_eq!(kind("/my share/qist"), Some("cifs"));
        assert_eq!(kind("/twice/qist"), Some("fuse.sshfs"));
    }
}
