//! What every storage of files has to do.

use qist_app::ports::blobs::Blobs;

use super::BLOB_BYTES_MAX;

pub(super) async fn storage(blobs: &dyn Blobs) {
    assert_eq!(blobs.get("missing").await.unwrap(), None);
    assert_eq!(blobs.get("missing/file.pdf").await.unwrap(), None);

    let every_byte: Vec<u8> = (0..=u8::MAX).cycle().take(100_000).collect();
    for (key, bytes) in [("a.pdf", b"one".to_vec()), ("t/0190-ab/b.bin", every_byte), ("t/empty", Vec::new())] {
        blobs.put(key, bytes.clone()).await.unwrap();
        assert_eq!(blobs.get(key).await.unwrap(), Some(bytes), "{key}");
    }

    blobs.put("a.pdf", b"a longer second version".to_vec()).await.unwrap();
    assert_eq!(blobs.get("a.pdf").await.unwrap(), Some(b"a longer second version".to_vec()));
    blobs.put("a.pdf", b"3".to_vec()).await.unwrap();
    assert_eq!(blobs.get("a.pdf").await.unwrap(), Some(b"3".to_vec()));

    for key in ["", "../a.pdf", "t/../a.pdf", "/etc/passwd", "A.pdf", ".incoming/x", "a b"] {
        assert!(blobs.put(key, vec![1]).await.is_err(), "{key:?}");
        assert!(blobs.get(key).await.is_err(), "{key:?}");
    }
    assert!(blobs.put("large", vec![0; BLOB_BYTES_MAX + 1]).await.is_err());
    assert_eq!(blobs.get("large").await.unwrap(), None);
}
