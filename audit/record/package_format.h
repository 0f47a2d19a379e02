// Names and limits of a package, shared by who writes it and who reads it.
//
//   README.txt                 how to open it without Cairn
//   cairn/header.pb            PackageHeader, canonical
//   records/000000.pb ...      u32be n || n bytes of a canonical PackedRecord, again and again
//   supplements.pb             SupplementList, canonical; only if there are some
//   records.csv                the same for people: records_csv.h
//   attachments/<sha256> ...   files by their SHA-256, ascending
//   cairn/manifest             SignedManifest, canonical, over everything before
//
// These members in this order and no other, in one ustar file (ustar.h), in one age v1 file. Who
// gets the main file reads groups 1 to 6; persons and unmasked scans are a second file of the same
// layout, sealed to recipients of its own, whose manifest names that of the main file.
#ifndef CAIRN_AUDIT_RECORD_PACKAGE_FORMAT_H_
#define CAIRN_AUDIT_RECORD_PACKAGE_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace cairn::record {

inline constexpr std::uint32_t kPackageFormat = 1;

inline constexpr absl::string_view kReadmeName = "README.txt";
inline constexpr absl::string_view kHeaderName = "cairn/header.pb";
inline constexpr absl::string_view kSupplementsName = "supplements.pb";
inline constexpr absl::string_view kRecordsCsvName = "records.csv";
inline constexpr absl::string_view kManifestName = "cairn/manifest";
inline constexpr absl::string_view kAttachmentFolder = "attachments/";

// "records/000042.pb"; at most 1,000,000 of them.
std::string RecordsName(std::uint64_t number);

inline constexpr std::size_t kMaxReadmeSize = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxHeaderSize = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t kMaxRecordsFile = std::size_t{64} * 1024 * 1024;
// A writer begins the next records file when this one would become larger: what it buffers.
inline constexpr std::size_t kRecordsFileTarget = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t kMaxPackedRecord = (std::size_t{1} << 20) + 4096;  // Salts, digests.
inline constexpr std::size_t kMaxSupplementsSize = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t kMaxManifestSize = std::size_t{48} * 1024 * 1024;
inline constexpr std::size_t kMaxRecipients = 1000;

// The text of README.txt.
absl::string_view PackageReadme();

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_PACKAGE_FORMAT_H_
