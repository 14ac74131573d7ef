//! What is proven by many servers in turn, which takes minutes: `make test-matrix` runs it.

mod mutilated;
mod secret;
