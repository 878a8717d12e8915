//! The language and the schemas, without the rest of the program.

#![allow(dead_code, unused_imports, unreachable_pub, reason = "only a part of each room is asked here")]

include!(concat!(env!("OUT_DIR"), "/rooms.rs"));
