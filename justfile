# Thin names over cargo and xtask.

# A development server with demo data.
run:
    cargo run -- dev

# What tells soonest.
check:
    cargo fmt --all --check
    cargo xtask tidy
    cargo clippy --workspace --all-targets -- --deny warnings

# Everything that has to hold before a change lands.
test:
    cargo xtask test

# Writes the generated documents afresh.
bless:
    cargo xtask bless
