//! What goes in comes out, alike on both engines.

use qist_store::{Conn, Db, DbError, Dialect, Param, params};

use crate::support::{body, number, script};

on_both_engines! {
    every_kind_of_value_comes_back_as_it_went_in,
    text_with_a_nul_is_refused_before_it_is_sent,
    a_list_is_one_parameter,
    a_value_of_the_wrong_kind_is_corrupt_and_names_its_column,
    a_comparison_and_a_cast_sum_read_alike,
    a_wrong_number_of_parameters_is_an_error,
    sorted_text_has_the_order_of_its_bytes,
    an_upsert_and_its_answer_read_alike,
    a_search_planned_afresh_answers_like_any_query,
    a_statement_can_be_checked_without_running,
}

const VALUES: &str = "
    CREATE TABLE vals (id BIGINT PRIMARY KEY, n BIGINT, t TEXT, b {bytes}, f BIGINT)";
const INSERT: &str = "INSERT INTO vals (id, n, t, b, f) VALUES (?1, ?2, ?3, ?4, ?5)";

type Stored = (Option<i64>, Option<String>, Option<Vec<u8>>, Option<bool>);

async fn round_trip(db: &Db, id: i64, value: Stored) -> Stored {
    db.write(body(move |conn| {
        let (n, t, b, f) = value.clone();
        Box::pin(async move {
            let row = params![id, n, &t, b.as_deref(), f];
            conn.execute_one(INSERT, row).await?;
            conn.query_one("SELECT n, t, b, f FROM vals WHERE id = ?1", params![id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .await
        })
    }))
    .await
    .unwrap()
}

async fn every_kind_of_value_comes_back_as_it_went_in(db: Db) {
    script(&db, VALUES).await;
    let text = |text: &str| Some(text.to_owned());
    let values: [Stored; 5] = [
        (None, None, None, None),
        (Some(i64::MIN), text(""), Some(Vec::new()), Some(false)),
        (Some(i64::MAX), text("ऋण ₹१,००० – 'quoted' \"too\" \\ 😀"), Some((0..=255).collect()), Some(true)),
        (Some(0), text("\u{1}\u{7f}\u{feff}\u{10ffff}\r\n"), Some(vec![0; 100_000]), None),
        (Some(-1), Some("x".repeat(1_000_000)), None, Some(true)),
    ];
    for (id, value) in (1..).zip(values) {
        assert_eq!(round_trip(&db, id, value.clone()).await, value);
    }
}

async fn text_with_a_nul_is_refused_before_it_is_sent(db: Db) {
    script(&db, VALUES).await;
    let texts = |list: &'static [&'static str]| {
        body(move |conn: &mut Conn<'_>| {
            let sql = "SELECT id FROM vals WHERE t {in_text:?1}";
            Box::pin(async move { conn.query(sql, params![list], |row| row.get::<i64>(0)).await })
        })
    };
    assert_eq!(db.read(texts(&["a", "b\0"])).await, Err(DbError::NulInText));
    let write = body(|conn: &mut Conn<'_>| {
        Box::pin(async {
            let nul = params![1, 1, "a\0b", None::<&[u8]>, true];
            assert_eq!(conn.execute(INSERT, nul).await, Err(DbError::NulInText));
            // The engine never saw it, so the transaction goes on.
            conn.execute_one(INSERT, params![1, 1, "ab", &[0_u8], true]).await
        })
    });
    db.write(write).await.unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM vals WHERE t = 'ab'").await, 1);
}

async fn a_list_is_one_parameter(db: Db) {
    script(&db, VALUES).await;
    let names = ["", "a", "A", "it's", "a\"b\\c", "{x,y}", "NULL", "नमस्ते", "😀", "line\nline", ","];
    db.write(body(move |conn| {
        Box::pin(async move {
            for (id, name) in (1_i64..).zip(names) {
                let row = params![id, id * 10, name, None::<&[u8]>, None::<bool>];
                conn.execute_one(INSERT, row).await?;
            }
            Ok(())
        })
    }))
    .await
    .unwrap();
    let by_text = |list: Vec<String>| {
        body(move |conn: &mut Conn<'_>| {
            let list = list.clone();
            Box::pin(async move {
                let sql = "SELECT id FROM vals WHERE t {in_text:?1} ORDER BY id";
                conn.query(sql, params![&list], |row| row.get::<i64>(0)).await
            })
        })
    };
    for (id, name) in (1..).zip(names) {
        assert_eq!(db.read(by_text(vec![name.to_owned()])).await, Ok(vec![id]), "{name:?}");
    }
    let all: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(db.read(by_text(all)).await.unwrap().len(), names.len());
    assert_eq!(db.read(by_text(Vec::new())).await, Ok(Vec::new()));

    let by_number = |list: Vec<i64>| {
        body(move |conn: &mut Conn<'_>| {
            let list = list.clone();
            Box::pin(async move {
                let sql = "SELECT count(*) FROM vals WHERE n {in_i64:?1} AND NOT id {in_i64:?2}";
                let params = params![&list, &[1_i64][..]];
                conn.query_one(sql, params, |row| row.get::<i64>(0)).await
            })
        })
    };
    assert_eq!(db.read(by_number(vec![10, 20, 30])).await, Ok(2));
    assert_eq!(db.read(by_number((-50_000..50_000).collect())).await, Ok(10));
    assert_eq!(db.read(by_number(vec![i64::MIN, i64::MAX])).await, Ok(0));
}

async fn a_value_of_the_wrong_kind_is_corrupt_and_names_its_column(db: Db) {
    script(&db, VALUES).await;
    script(&db, "INSERT INTO vals (id, n, t) VALUES (1, 5, 'five')").await;
    async fn column_of<T: for<'c> qist_store::FromColumn<'c> + Send + 'static>(db: &Db, index: usize) -> String {
        let read = body(move |conn: &mut Conn<'_>| {
            Box::pin(async move {
                let sql = "SELECT n, t, b AS raw FROM vals";
                conn.query_one(sql, &[], |row| row.get::<T>(index)).await
            })
        });
        match db.read(read).await.map(drop).unwrap_err() {
            DbError::Corrupt { column, .. } => column,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(column_of::<String>(&db, 0).await, "n");
    assert_eq!(column_of::<bool>(&db, 0).await, "n");
    assert_eq!(column_of::<i64>(&db, 1).await, "t");
    assert_eq!(column_of::<Option<Vec<u8>>>(&db, 1).await, "t");
    assert_eq!(column_of::<Vec<u8>>(&db, 2).await, "raw");
    assert_eq!(column_of::<i64>(&db, 3).await, "number 3");
}

async fn a_comparison_and_a_cast_sum_read_alike(db: Db) {
    script(&db, VALUES).await;
    script(&db, "INSERT INTO vals (id, n) VALUES (1, 9007199254740993), (2, 1)").await;
    let read = body(|conn: &mut Conn<'_>| {
        let sql = "SELECT EXISTS (SELECT 1 FROM vals WHERE n = ?1), CAST(sum(n) AS BIGINT), 1,
                          count(*) > 5 FROM vals";
        Box::pin(async move {
            conn.query_one(sql, params![1], |row| {
                let (sum, one) = (row.get::<i64>(1)?, row.get::<i64>(2)?);
                Ok((row.get::<bool>(0)?, sum, one, row.get::<bool>(3)?))
            })
            .await
        })
    });
    assert_eq!(db.read(read).await, Ok((true, 9_007_199_254_740_994, 1, false)));
}

async fn a_wrong_number_of_parameters_is_an_error(db: Db) {
    script(&db, VALUES).await;
    let read = |count: usize| {
        body(move |conn: &mut Conn<'_>| {
            Box::pin(async move {
                let params = vec![Param::from(1); count];
                let sql = "SELECT id FROM vals WHERE id = ?1 AND n = ?2";
                conn.query(sql, &params, |row| row.get::<i64>(0)).await
            })
        })
    };
    for wrong in [0, 1, 3] {
        let refused = db.read(read(wrong)).await;
        assert!(matches!(refused, Err(DbError::Internal { .. })), "{wrong}: {refused:?}");
    }
    assert_eq!(db.read(read(2)).await, Ok(Vec::new()));
}

async fn sorted_text_has_the_order_of_its_bytes(db: Db) {
    script(&db, "CREATE TABLE names (name {text} PRIMARY KEY)").await;
    script(&db, "INSERT INTO names VALUES ('b'), ('B'), ('_'), ('a-b'), ('ab'), ('é'), ('क')").await;
    let read = body(|conn: &mut Conn<'_>| {
        let sql = "SELECT name FROM names WHERE name > ?1 ORDER BY name";
        Box::pin(async move { conn.query(sql, params![""], |row| row.get::<String>(0)).await })
    });
    assert_eq!(db.read(read).await.unwrap(), ["B", "_", "a-b", "ab", "b", "é", "क"]);
}

async fn an_upsert_and_its_answer_read_alike(db: Db) {
    script(&db, VALUES).await;
    let upsert = |n: i64| {
        body(move |conn: &mut Conn<'_>| {
            Box::pin(async move {
                let sql = "INSERT INTO vals (id, n) VALUES (1, ?1)
                           ON CONFLICT (id) DO UPDATE SET n = excluded.n + vals.n RETURNING n";
                conn.query_one(sql, params![n], |row| row.get::<i64>(0)).await
            })
        })
    };
    assert_eq!(db.write(upsert(5)).await, Ok(5));
    assert_eq!(db.write(upsert(7)).await, Ok(12));
}

async fn a_search_planned_afresh_answers_like_any_query(db: Db) {
    script(&db, VALUES).await;
    script(&db, "INSERT INTO vals (id, t) VALUES (1, 'asha 100%'), (2, 'ravi'), (3, 'ashok')").await;
    let search = body(|conn: &mut Conn<'_>| {
        Box::pin(async {
            let sql = "SELECT id FROM vals WHERE t LIKE ?1 ESCAPE '!' AND id {in_i64:?2}
                       AND (?3 = 0 OR n = ?4) ORDER BY id LIMIT ?5";
            let params = params!["%ash%", &[1_i64, 2, 3][..], false, None::<i64>, 10];
            let many = conn.query_planned(sql, params, |row| row.get::<i64>(0)).await?;
            let params = params!["%100!%", &[1_i64, 2, 3][..], false, None::<i64>, 10];
            Ok((many, conn.query_planned(sql, params, |row| row.get::<i64>(0)).await?))
        })
    });
    assert_eq!(db.read_scan(search).await, Ok((vec![1, 3], vec![1])));
}

async fn a_statement_can_be_checked_without_running(db: Db) {
    script(&db, VALUES).await;
    db.check("DELETE FROM vals WHERE id {in_i64:?1}").await.unwrap();
    db.check("SELECT id FROM vals WHERE id = ?1 {for_update}").await.unwrap();
    for wrong in ["SELECT missing FROM vals", "DELETE vals", "SELECT {nonsense}"] {
        let refused = db.check(wrong).await.unwrap_err();
        assert!(matches!(refused, DbError::Internal { .. }), "{refused:?}");
        assert!(!refused.detail().is_empty());
    }
    let own = match db.dialect() {
        Dialect::Sqlite => "SELECT sqlite_version()",
        Dialect::Postgres => "SELECT current_setting('server_version')",
    };
    db.check(own).await.unwrap();
}
