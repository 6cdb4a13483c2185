#![no_main]

libfuzzer_sys::fuzz_target!(init: gongxin_libfuzzer::begin(), |bytes: &[u8]| gongxin_fuzz::run("mapping", bytes));
