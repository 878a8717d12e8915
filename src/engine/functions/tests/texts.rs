//! Functions on text.

use crate::kql::ScalarType::{Bool, Dynamic, Guid, Long, String};

use super::{check, d, dt, l, null, r, s, seconds};

#[test]
fn parts_of_texts() {
    check("substring", &[s("abc"), l(-10)], String, "\"\"");
    check("substring", &[s("abcdefg"), l(-3)], String, "\"efg\"");
    check("substring", &[s("abcdefg"), l(1), l(-1)], String, "\"\"");
    check("substring", &[s("añb"), l(1), l(1)], String, "\"ñ\"");
    check("indexof", &[s("abcdefg"), s("cde")], Long, "2");
    check("indexof", &[s("abcdefg"), s("cde"), l(1), l(2)], Long, "2");
    check("indexof", &[s("abcdefg"), s("cde"), l(3)], Long, "-1");
    check("indexof", &[s("abcabc"), s("b"), l(0), l(-1), l(2)], Long, "4");
    check("indexof_regex", &[s("abcabc"), s("b."), l(0), l(-1), l(2)], Long, "4");
    check("indexof_regex", &[s("abcabc"), s("a.c"), l(1), l(4)], Long, "-1");
    check("indexof_regex", &[s("abcabc"), s("a.c"), l(-1)], Long, "null");
    check("indexof_regex", &[s("éabc"), s("c")], Long, "3");
    check("regex_quote", &[s("(so$me.Te^xt)")], String, r#""\\(so\\$me\\.Te\\^xt\\)""#);
    check("countof", &[s("aaaa"), s("aa")], Long, "3");
    check("countof", &[s("aaaa"), s("aa"), s("regex")], Long, "2");
    check("split", &[s("aaa_bbb_ccc"), s("_"), l(1)], Dynamic, r#"["bbb"]"#);
    check("split", &[s(""), s("_")], Dynamic, r#"[""]"#);
    check("split", &[s("a__b"), s("_")], Dynamic, r#"["a","","b"]"#);
}

#[test]
fn texts_are_made() {
    check("strcat", &[s("a"), l(1), null(Long), r(2.0)], String, "\"a12.0\"");
    check("strcat_delim", &[s("-"), s("a"), null(Long), s("b")], String, "\"a--b\"");
    check("strcat_array", &[d(r#"["a",true,null,{"x":1}]"#), s(",")], String, r#""a,true,,{\"x\":1}""#);
    check("strrep", &[seconds(3.0), l(2), s(" ")], String, "\"00:00:03 00:00:03\"");
    check("reverse", &[dt("2017-10-15T12:00:00")], String, "\"Z0000000.00:00:21T51-01-7102\"");
    check("tolower", &[s("ÅNGSTRÖM")], String, "\"ångström\"");
    check("translate", &[s("abc"), s("x"), s("aabbcd")], String, "\"xxxxxd\"");
    check("unicode_codepoints_from_string", &[s("⒦ a")], Dynamic, "[9382,32,97]");
    check("unicode_codepoints_to_string", &[l(75), d("[117,115]")], String, "\"Kus\"");
}

#[test]
fn trims_are_textual() {
    check("trim", &[s("a"), s("aaaa")], String, "\"aa\"");
    check("trim", &[s("a$"), s("aa")], String, "\"a\"");
    check("trim_end", &[s("a)|(b"), s("xaxbx")], String, "\"xxbx\"");
    check("trim_start", &[s("a|x"), s("bxa")], String, "\"bxa\"");
    check("trim", &[s(r"[^\w]+"), s("--a b--")], String, "\"a b\"");
}

#[test]
fn replacements() {
    check("replace_string", &[s("This is"), s("is"), s("was")], String, "\"Thwas was\"");
    let (this, is) = (d(r#"["This","is"]"#), d(r#"["This","was"]"#));
    check("replace_strings", &[s("This is"), this.clone(), is], String, "\"This was\"");
    check("replace_strings", &[s("This is"), d(r#"["is","This"]"#), d(r#"["was","This"]"#)], String, "\"Thwas was\"");
    check("replace_strings", &[s("This is"), this, d(r#"[12345,"was"]"#)], String, "\"This was\"");
    check("replace_regex", &[s("a1b2"), s(r"(\d)"), s(r"<\1\0>")], String, "\"a<11>b<22>\"");
    check("replace", &[s("b"), s("x"), s("abc")], String, "\"axc\"");
}

#[test]
fn extractions() {
    check("extract", &[s(r"(\d+)"), l(1), s("a42")], String, "\"42\"");
    check("extract", &[s(r"(\d+)"), l(1), s("a")], Long, "null");
    check("extract_all", &[s(r"(\d+)"), s("abc")], Dynamic, "null");
    check("extract_all", &[s("(a)(b)"), s("abab")], Dynamic, r#"[["a","b"],["a","b"]]"#);
    check("extract_all", &[s("(a)(b)"), d("[2]"), s("abab")], Dynamic, r#"["b","b"]"#);
    check("extract_json", &[s("$.a[1].b"), s(r#"{"a":[0,{"b":"x"}]}"#)], String, "\"x\"");
    check("extract_json", &[s("$.a"), s("not json")], String, "\"\"");
    check("has_any_index", &[s("Example number 2"), d("[1,2,3]")], Long, "1");
}

#[test]
fn encodings() {
    check("hash", &[s("World")], Long, "1846988464401551951");
    check("hash", &[dt("2015-01-01")], Long, "1380966698541616202");
    check("hash_md5", &[s("World")], String, "\"f5a7924e621e84c9280a9a27e1bcb7f6\"");
    check("hash_md5", &[dt("2020-01-01")], String, "\"786c530672d1f8db31fee25ea8a9390b\"");
    check("hash_sha256", &[s("")], String, "\"\"");
    check("base64_decode_tostring", &[s("S3VzdG8=")], String, "\"Kusto\"");
    check("base64_decode_tostring", &[s("U3RyaW5n0KHR0tGA0L7Rh9C60LA=")], String, "\"\"");
    check("base64_decode_toguid", &[s("8jMxriJurkmwahbmqbIS6w==")], Guid, "\"ae3133f2-6e22-49ae-b06a-16e6a9b212eb\"");
    check("url_decode", &[s("a%3a+b%zz")], String, "\"a: b%zz\"");
    check("format_bytes", &[l(564)], String, "\"564 Bytes\"");
    check("format_bytes", &[l(10332), l(1)], String, "\"10.1 KB\"");
}

#[test]
fn urls_and_paths() {
    let url = "scheme://username:password@host:1234/this/is/a/path?k1=v1&k2=v2#fragment";
    let parts = r#"{"Scheme":"scheme","Host":"host","Port":"1234","Path":"/this/is/a/path","Username":"username","Password":"password","Query Parameters":{"k1":"v1","k2":"v2"},"Fragment":"fragment"}"#;
    check("parse_url", &[s(url)], Dynamic, parts);
    let path = r#"{"Scheme":"file","RootPath":"C:/","DirectoryPath":"C:/temp","DirectoryName":"temp","Filename":"file.txt","Extension":"txt","AlternateDataStreamName":"some.exe"}"#;
    check("parse_path", &[s("file://C:/temp/file.txt:some.exe")], Dynamic, path);
    check("parse_urlquery", &[s("b=1&a=2&b=3&c=&=x")], Dynamic, r#"{"Query Parameters":{"a":"2","b":["1","3"]}}"#);
    let windows = s("windows");
    check("parse_command_line", &[s(r#"echo "hello world!""#), windows.clone()], Dynamic, r#"["echo","hello world!"]"#);
    check("parse_command_line", &[s(r#"a\\b "c \"d" "#), windows], Dynamic, r#"["a\\\\b","c \"d"]"#);
    check("parse_csv", &[s("a,\"b,\"\"c\",d\ne")], Dynamic, r#"["a","b,\"c","d"]"#);
}

#[test]
fn addresses() {
    check("parse_ipv4", &[s("203.0.113.10/24")], Long, "3405803776");
    check("parse_ipv4", &[s("01.2.3.4")], Long, "null");
    check("parse_ipv4", &[s("1.2.3.4/0")], Long, "0");
    check("format_ipv4", &[l(3_405_803_776)], String, "\"203.0.113.0\"");
    check("format_ipv4", &[s("192.168.1.255"), l(-1)], String, "\"\"");
    check("format_ipv4_mask", &[s("192.168.1.255/30"), l(24)], String, "\"192.168.1.0/24\"");
    check("ipv4_is_private", &[s("127.0.0.1")], Bool, "false");
    check("ipv4_is_private", &[s("172.31.0.1")], Bool, "true");
    check("ipv4_is_match", &[s("192.168.1.1/30"), s("192.168.1.255/24")], Bool, "true");
    check("ipv4_is_in_any_range", &[s("192.168.1.6"), s("x"), s("192.168.1.1/24")], Bool, "true");
    let list = r#"["1.1.128.0/21","1.1.136.0/22","1.1.140.0/24"]"#;
    check("ipv4_range_to_cidr_list", &[s("1.1.128.0"), s("1.1.140.255")], Dynamic, list);
    check("has_ipv4_prefix", &[s("05:04:54 127.0.0.1 GET"), s("127.0.")], Bool, "true");
    check("has_ipv4_prefix", &[s("05:04:54 127.0.0.1 GET"), s("127.0")], Bool, "false");
    check("has_ipv4", &[s("05:04:54127.0.0.1 GET"), s("127.0.0.1")], Bool, "false");
    check("parse_ipv6", &[s("127.0.0.1")], String, "\"0000:0000:0000:0000:0000:ffff:7f00:0001\"");
    check("parse_ipv6", &[s("nope")], String, "\"\"");
    check("ipv6_is_match", &[s("192.168.1.1"), s("192.168.1.0"), l(31)], Bool, "true");
}
