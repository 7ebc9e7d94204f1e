//! The local server, the simulator as a server and the benchmarks.
