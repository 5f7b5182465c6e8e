//! Every method of the ports is called by an exercise.

const PORTS: [&str; 9] = [
    include_str!("../../../app/src/ports/store/access.rs"),
    include_str!("../../../app/src/ports/store/applications.rs"),
    include_str!("../../../app/src/ports/store/bank.rs"),
    include_str!("../../../app/src/ports/store/catalogue.rs"),
    include_str!("../../../app/src/ports/store/credit_lines.rs"),
    include_str!("../../../app/src/ports/store/loans.rs"),
    include_str!("../../../app/src/ports/store/statements.rs"),
    include_str!("../../../app/src/ports/store/users.rs"),
    include_str!("../../../app/src/ports/store/work.rs"),
];

const EXERCISES: [&str; 12] = [
    include_str!("access.rs"),
    include_str!("applications.rs"),
    include_str!("bank.rs"),
    include_str!("catalogue.rs"),
    include_str!("credit_lines.rs"),
    include_str!("encryption.rs"),
    include_str!("lists.rs"),
    include_str!("loans.rs"),
    include_str!("samples.rs"),
    include_str!("statements.rs"),
    include_str!("users.rs"),
    include_str!("work.rs"),
];

#[test]
fn every_method_of_the_ports_is_exercised() {
    let exercises = EXERCISES.concat();
    let mut methods = 0;
    for port in PORTS {
        for rest in port.split("async fn ").skip(1) {
            let name = rest.split('(').next().unwrap();
            assert!(exercises.contains(&format!("tx.{name}(")), "no exercise calls {name}");
            methods += 1;
        }
    }
    assert!(methods > 70, "only {methods} methods were found");
}
