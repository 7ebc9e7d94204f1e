//! Many who ask for the same at once, over several processes.
