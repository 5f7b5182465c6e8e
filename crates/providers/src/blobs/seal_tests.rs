use std::collections::BTreeMap;
use std::sync::Mutex;

use super::super::exercise;
use super::super::local::LocalBlobs;
use super::*;

const OLD: [u8; 32] = [1; 32];
const NEW: [u8; 32] = [2; 32];

/// Storage that a test can tamper with.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

#[async_trait]
impl Blobs for Memory {
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<()> {
        self.0.lock().unwrap().insert(key.to_owned(), bytes);
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }
}

/// Keys that can be rotated.
pub(in super::super) struct Kept(Mutex<Vec<[u8; 32]>>);

#[async_trait]
impl FileKeys for Kept {
    async fn file_keys(&self) -> Result<Vec<Zeroizing<[u8; 32]>>> {
        Ok(self.0.lock().unwrap().iter().map(|key| Zeroizing::new(*key)).collect())
    }
}

pub(in super::super) fn keys(newest_first: &[[u8; 32]]) -> Arc<Kept> {
    Arc::new(Kept(Mutex::new(newest_first.to_vec())))
}

fn keyring() -> Keyring {
    Keyring::new([&NEW])
}

#[test]
fn what_is_sealed_opens_and_does_not_show() {
    for bytes in [b"".to_vec(), b"a secret that must not show".to_vec(), vec![0; 1_000_000]] {
        let sealed = keyring().seal("a", &bytes).unwrap();
        assert_eq!(sealed.len(), HEADER_BYTES + NONCE_BYTES + bytes.len() + 16);
        assert_eq!(keyring().open("a", &sealed).unwrap(), bytes);
        assert!(bytes.is_empty() || !sealed.windows(bytes.len()).any(|window| window == bytes));
    }
}

#[test]
fn the_cipher_is_the_published_one() {
    // RFC 8452, appendix C.2, the case with 8 bytes of plaintext.
    let key: [u8; 32] = std::array::from_fn(|at| u8::from(at == 0));
    let nonce: [u8; 12] = std::array::from_fn(|at| if at == 0 { 3 } else { 0 });
    let cipher = Aes256GcmSiv::new(&key.into());
    let sealed = cipher.encrypt(&Nonce::from(nonce), [1, 0, 0, 0, 0, 0, 0, 0].as_slice()).unwrap();
    assert_eq!(crate::secrets::hex(&sealed), "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28");
}

#[test]
fn the_same_file_sealed_twice_looks_different() {
    assert_ne!(keyring().seal("a", b"same").unwrap(), keyring().seal("a", b"same").unwrap());
}

#[test]
fn one_changed_bit_anywhere_and_it_does_not_open() {
    let sealed = keyring().seal("a", b"0123456789").unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(keyring().open("a", &changed).is_err(), "bit {bit}");
    }
}

#[test]
fn a_file_that_was_cut_or_grew_does_not_open() {
    let sealed = keyring().seal("a", b"0123456789").unwrap();
    for length in 0..sealed.len() {
        assert!(keyring().open("a", &sealed[..length]).is_err(), "{length}");
    }
    assert!(keyring().open("a", &[&sealed[..], &[0]].concat()).is_err());
}

#[test]
fn a_file_opens_only_under_its_own_name() {
    let sealed = keyring().seal("t1/a", b"0123456789").unwrap();
    for name in ["t1/b", "t2/a", "t1/a/", "", "t1/"] {
        assert!(keyring().open(name, &sealed).is_err(), "{name}");
    }
}

#[test]
fn keys_can_be_replaced_while_older_files_still_open() {
    let before = Keyring::new([&OLD]).seal("a", b"old").unwrap();
    let both = Keyring::new([&NEW, &OLD]);
    assert_eq!(both.open("a", &before).unwrap(), b"old");
    let after = both.seal("a", b"new").unwrap();
    assert_eq!(Keyring::new([&NEW]).open("a", &after).unwrap(), b"new", "the current key seals");
    assert!(Keyring::new([&OLD]).open("a", &after).is_err());
    assert!(Keyring::new([&NEW]).open("a", &before).is_err());
}

#[test]
fn keys_do_not_print() {
    assert_eq!(format!("{:?}", Keyring::new([&NEW, &OLD])), "Keyring(2 keys)");
}

#[tokio::test]
async fn sealed_storage_holds_nothing_readable_and_notices_swapped_files() {
    let memory = Arc::new(Memory::default());
    let blobs = SealedBlobs::new(memory.clone(), keys(&[NEW]));
    for (key, text) in [("a", "the borrower's first file"), ("b", "the borrower's other file")] {
        blobs.put(key, text.as_bytes().to_vec()).await.unwrap();
        let stored = memory.0.lock().unwrap()[key].clone();
        assert!(!String::from_utf8_lossy(&stored).contains("borrower"));
    }
    let (first, other) = (memory.get("a").await.unwrap().unwrap(), memory.get("b").await.unwrap().unwrap());
    memory.put("a", other).await.unwrap();
    assert!(blobs.get("a").await.is_err());
    memory.put("a", first).await.unwrap();
    assert_eq!(blobs.get("a").await.unwrap().unwrap(), b"the borrower's first file");
}

#[tokio::test]
async fn a_key_that_another_process_made_is_taken_up_with_its_first_file() {
    let (memory, kept) = (Arc::new(Memory::default()), keys(&[OLD]));
    let ours = SealedBlobs::new(memory.clone(), kept.clone());
    ours.put("a", b"old".to_vec()).await.unwrap();
    *kept.0.lock().unwrap() = vec![NEW, OLD];
    SealedBlobs::new(memory.clone(), kept).put("b", b"new".to_vec()).await.unwrap();
    assert_eq!(ours.get("b").await.unwrap().unwrap(), b"new");
    assert_eq!(ours.get("a").await.unwrap().unwrap(), b"old");
    ours.put("c", b"newer".to_vec()).await.unwrap();
    assert!(Keyring::new([&NEW]).open("c", &memory.get("c").await.unwrap().unwrap()).is_ok());
}

#[tokio::test]
async fn sealed_storage_on_a_local_disk_stores_files() {
    let directory = tempfile::tempdir().unwrap();
    let local = LocalBlobs::open(directory.path(), qist_domain::day::Instant::from_micros(0)).unwrap();
    exercise::storage(&SealedBlobs::new(Arc::new(local), keys(&[NEW]))).await;
}
