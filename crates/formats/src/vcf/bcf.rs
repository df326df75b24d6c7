//! BCF as the VCF text it stands for.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cairn_core::problem::{Problem, Severity};
use noodles::vcf::variant::io::Write as _;
use noodles::{bcf, vcf};

/// The magic bytes of uncompressed BCF 2.
pub const MAGIC: &[u8] = b"BCF\x02";

/// Text of more than this is no list of reported variants.
const MAX_TEXT: usize = 1 << 30;

/// Writes the records of decompressed BCF as VCF.
///
/// # Errors
/// A problem that says where the file cannot be read.
pub fn to_vcf(bytes: &[u8]) -> Result<Vec<u8>, Box<Problem>> {
    // The reader underneath is made for files that tools wrote; on damaged bytes it may panic,
    // and a damaged file must not end the process.
    let read = catch_unwind(AssertUnwindSafe(|| convert(bytes)));
    let refuse = |cause: String| {
        let message = format!("the BCF file cannot be read: {cause}");
        Box::new(Problem::new(Severity::Error, "bcf.not_valid", message, "write it again, or send VCF"))
    };
    match read {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(error)) => Err(refuse(error.to_string())),
        Err(_) => Err(refuse("it is damaged".to_owned())),
    }
}

fn convert(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut reader = bcf::io::Reader::from(bytes);
    let header = reader.read_header()?;
    let mut writer = vcf::io::Writer::new(Vec::new());
    writer.write_header(&header)?;
    for record in reader.record_bufs(&header) {
        writer.write_variant_record(&header, &record?)?;
        if writer.get_ref().len() > MAX_TEXT {
            return Err(std::io::Error::other("it holds more than a list of reported variants"));
        }
    }
    Ok(writer.get_ref().clone())
}
