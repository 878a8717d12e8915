//! How large rows are: what the hunting services report as `table_size`.

use arrow::array::{Array, ArrayRef, AsArray, OffsetSizeTrait};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;

/// Bytes of the values in a batch: the width of fixed ones, the text of strings. What Arrow keeps beside the values
/// (validity, offsets, buffers shared with other batches) is storage and does not count.
pub fn batch_bytes(batch: &RecordBatch) -> u64 {
    batch.columns().iter().map(array_bytes).sum()
}

fn array_bytes(array: &ArrayRef) -> u64 {
    match array.data_type() {
        DataType::Utf8 => text_bytes::<i32>(array),
        DataType::LargeUtf8 => text_bytes::<i64>(array),
        other => (other.primitive_width().unwrap_or(1) * array.len()) as u64,
    }
}

fn text_bytes<O: OffsetSizeTrait>(array: &ArrayRef) -> u64 {
    let offsets = array.as_string::<O>().value_offsets();
    match (offsets.first(), offsets.last()) {
        (Some(first), Some(last)) => (last.as_usize() - first.as_usize()) as u64,
        _ => 0,
    }
}
