//! The outer door: bytes of any origin in, plain bytes within stated bounds out.
//!
//! Gzip and BGZF are undone, a zip archive is opened into its members (a workbook stays whole).

use std::io::{Cursor, Read};

use cairn_core::problem::{Problem, Severity};

/// Largest input as it arrives. A national laboratory's yearly export is some tens of MiB; the
/// largest official text this door is for (`variant_summary.txt.gz`) is under 500 MiB.
pub const MAX_INPUT: u64 = 512 << 20;
/// Largest content after decompression: fits the memory of the smallest machine we support.
pub const MAX_CONTENT: u64 = 4 << 30;
/// Content may be so many times its compressed size. Real tables and XML stay below 60.
pub const MAX_RATIO: u64 = 400;
/// Below this size the ratio is not looked at: short repetitive tables compress very well.
const RATIO_FLOOR: u64 = 16 << 20;
/// Members of one archive: a cohort's phenopackets, one file each, and room to spare.
pub const MAX_MEMBERS: usize = 100_000;

/// One file inside an input.
#[derive(Debug)]
pub struct Member {
    /// File name without folders; `None` for a request body.
    pub name: Option<String>,
    /// Plain content.
    pub bytes: Vec<u8>,
}

/// Reads everything behind the door.
///
/// # Errors
/// A [`Problem`] that says which bound was met, or why the compression cannot be undone.
pub fn read(reader: impl Read, name: Option<&str>) -> Result<Vec<Member>, Box<Problem>> {
    let name = name.map(|n| n.rsplit(['/', '\\']).next().unwrap_or(n).to_owned());
    let refuse = |problem: Box<Problem>| match &name {
        Some(name) => Box::new(problem.in_file(name)),
        None => problem,
    };
    let bytes = bounded(reader, MAX_INPUT).map_err(refuse)?;
    open(bytes, name.clone()).map_err(refuse)
}

fn open(bytes: Vec<u8>, name: Option<String>) -> Result<Vec<Member>, Box<Problem>> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let limit = content_limit(bytes.len() as u64);
        let bytes = bounded(flate2::read::MultiGzDecoder::new(bytes.as_slice()), limit)?;
        let name = name.map(|n| plain_name(&n));
        return match bytes.starts_with(b"PK\x03\x04") {
            true => open(bytes, name),
            false => Ok(vec![Member { name, bytes }]),
        };
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return unzip(bytes, name);
    }
    Ok(vec![Member { name, bytes }])
}

fn plain_name(name: &str) -> String {
    name.strip_suffix(".gz").or_else(|| name.strip_suffix(".bgz")).unwrap_or(name).to_owned()
}

fn content_limit(compressed: u64) -> u64 {
    compressed.saturating_mul(MAX_RATIO).clamp(RATIO_FLOOR, MAX_CONTENT)
}

fn bounded(reader: impl Read, limit: u64) -> Result<Vec<u8>, Box<Problem>> {
    let mut bytes = Vec::new();
    let read = reader.take(limit + 1).read_to_end(&mut bytes);
    match read {
        Err(error) => Err(Box::new(Problem::new(
            Severity::Error,
            "input.unreadable",
            format!("the input cannot be read or decompressed: {error}"),
            "send the file again; check that it opens on your machine",
        ))),
        Ok(_) if bytes.len() as u64 > limit => Err(Box::new(Problem::new(
            Severity::Error,
            "input.too_large",
            format!("the input holds more than {} MiB once decompressed", limit >> 20),
            "split it into smaller files",
        ))),
        Ok(_) => Ok(bytes),
    }
}

fn unzip(bytes: Vec<u8>, name: Option<String>) -> Result<Vec<Member>, Box<Problem>> {
    let broken = |error: zip::result::ZipError| {
        let message = format!("the archive cannot be read: {error}");
        Box::new(Problem::new(Severity::Error, "input.unreadable", message, "make the archive again"))
    };
    let limit = content_limit(bytes.len() as u64);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.as_slice())).map_err(broken)?;
    if archive.len() > MAX_MEMBERS {
        let message = format!("the archive has more than {MAX_MEMBERS} files");
        return Err(Box::new(Problem::new(Severity::Error, "input.too_large", message, "split it")));
    }
    let mut members = Vec::new();
    let mut is_workbook = false;
    let mut total = 0;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(broken)?;
        if file.is_dir() {
            continue;
        }
        let path = file.name().map_err(broken)?.into_owned();
        is_workbook |= path == "xl/workbook.xml" || path == "content.xml" || path == "xl/workbook.bin";
        let content = bounded(file, limit.saturating_sub(total))?;
        total += content.len() as u64;
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        if !path.starts_with("__MACOSX/") && !name.starts_with('.') {
            members.push((name, content));
        }
    }
    if is_workbook {
        drop(archive);
        return Ok(vec![Member { name, bytes }]);
    }
    let mut open_members = Vec::new();
    for (name, content) in members {
        // One level of compression inside an archive is usual; an archive inside is not opened.
        match content.starts_with(&[0x1f, 0x8b]) {
            true => {
                let limit = content_limit(content.len() as u64).min(limit);
                let bytes = bounded(flate2::read::MultiGzDecoder::new(content.as_slice()), limit)?;
                open_members.push(Member { name: Some(plain_name(&name)), bytes });
            }
            false => open_members.push(Member { name: Some(name), bytes: content }),
        }
    }
    Ok(open_members)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn gzip_of_zeros_is_refused_before_it_fills_the_memory() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 64 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        let problem = read(bomb.as_slice(), Some("dir/bomb.vcf.gz")).unwrap_err();
        assert_eq!(problem.code, "input.too_large");
        assert_eq!(problem.file.as_deref(), Some("bomb.vcf.gz"));
    }

    #[test]
    fn a_zip_gives_its_members_without_folders() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file("a/one.json", options).unwrap();
        writer.write_all(b"{}").unwrap();
        writer.start_file("__MACOSX/a/._one.json", options).unwrap();
        writer.write_all(b"x").unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let members = read(bytes.as_slice(), Some("x.zip")).unwrap();
        assert_eq!(members.len(), 1);
        assert_eq!(members[0].name.as_deref(), Some("one.json"));
        assert_eq!(members[0].bytes, b"{}");
    }

    #[test]
    fn a_cut_gzip_is_unreadable() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(b"chromosome and so on, long enough").unwrap();
        let bytes = encoder.finish().unwrap();
        assert_eq!(read(&bytes[..bytes.len() - 9], None).unwrap_err().code, "input.unreadable");
    }
}
