//! The component `ssokey-stepped.wasm`, and instances of it.

use std::path::Path;

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Result, Store, StoreLimits, StoreLimitsBuilder};

wasmtime::component::bindgen!({ path: "wit", world: "stepped" });

/// The component, compiled.
#[derive(Clone)]
pub(crate) struct Compiled {
    engine: Engine,
    stepped: SteppedPre<StoreLimits>,
    most_memory: usize,
}

impl Compiled {
    /// Compiles the component of the file. Each instance may have so many bytes of memory.
    pub(crate) fn open(file: &Path, most_memory: usize) -> Result<Self> {
        let engine = Engine::default();
        let component = Component::from_file(&engine, file)?;
        // It imports no function.
        let stepped = SteppedPre::new(Linker::new(&engine).instantiate_pre(&component)?)?;
        Ok(Self { engine, stepped, most_memory })
    }

    /// Makes an instance, which has a memory of its own.
    pub(crate) fn instantiate(&self) -> Result<Instance> {
        let limits = StoreLimitsBuilder::new().memory_size(self.most_memory).build();
        let mut store = Store::new(&self.engine, limits);
        store.limiter(|limits| limits);
        let stepped = self.stepped.instantiate(&mut store)?;
        Ok(Instance { store, stepped })
    }
}

/// An instance. A call that traps destroys it: each later one is an error.
pub(crate) struct Instance {
    pub(crate) store: Store<StoreLimits>,
    pub(crate) stepped: Stepped,
}
