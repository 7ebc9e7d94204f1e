//! Read your own writes: what a caller reads after a change, from any function.

mod carriers;
mod clocks;
mod counts;
mod deployment;
mod readings;
mod repeats;
mod values;
