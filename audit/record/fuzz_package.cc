// The inside of a package, past what its digests would stop: packed records, supplements and whole
// packages of any bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "audit/record/package_reader.h"
#include "audit/record/records_csv.h"
#include "audit/record/supplement.h"
#include "audit/statement/canonical.h"

namespace {

using cairn::keys::ByteView;

void FuzzRecord(ByteView bytes, cairn::record::PackageFile file) {
  cairn::v1::PackedRecord packed;
  if (!cairn::statement::ParseCanonical(bytes, packed).ok()) return;
  const auto unpacked = cairn::record::UnpackRecord(packed, file);
  if (!unpacked.ok()) return;
  std::string csv;
  cairn::record::AppendRecordCsv(0, unpacked->record, file, csv);
}

void FuzzSupplement(ByteView bytes) {
  cairn::v1::Supplement supplement;
  if (!cairn::statement::ParseCanonical(bytes, supplement).ok()) return;
  cairn::record::SuppliedRecord record;
  const auto effective = cairn::record::ApplySupplements(record, {&supplement, 1});
  if (effective.results.size() != 1) std::abort();
  if (!cairn::record::CheckSupplement(supplement).ok()) return;
  std::string csv;
  cairn::record::AppendSupplementCsv(0, supplement, csv);
  if (csv.empty()) std::abort();
}

}  // namespace

// The first byte chooses.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest{data + 1, size - 1};
  switch (data[0] % 4) {
    case 0:
      FuzzRecord(rest, cairn::record::PackageFile::kMain);
      break;
    case 1:
      FuzzRecord(rest, cairn::record::PackageFile::kPersons);
      break;
    case 2:
      FuzzSupplement(rest);
      break;
    default:
      (void)cairn::record::ReadPackage(cairn::keys::SourceOf(rest),
                                       cairn::record::PackageFile::kMain, {}, {});
  }
  return 0;
}
