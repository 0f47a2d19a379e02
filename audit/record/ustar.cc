#include "audit/record/ustar.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace cairn::record {
namespace {

using UstarHeader = std::array<std::uint8_t, kUstarBlock>;

// Where the fields are: name 100, mode 8, uid 8, gid 8, size 12, mtime 12, chksum 8, typeflag 1,
// linkname 100, magic 6, version 2, uname 32, gname 32, devmajor 8, devminor 8, prefix 155, zeros.
constexpr std::size_t kModeAt = 100, kUidAt = 108, kGidAt = 116, kSizeAt = 124, kTimeAt = 136,
                      kSumAt = 148, kTypeAt = 156, kLinkAt = 157, kMagicAt = 257, kOwnerAt = 265,
                      kMajorAt = 329, kMinorAt = 337, kPrefixAt = 345;
constexpr std::size_t kSizeDigits = 11;

std::uint64_t PaddingOf(std::uint64_t size) {
  return (kUstarBlock - size % kUstarBlock) % kUstarBlock;
}

void PutText(absl::string_view text, std::size_t at, UstarHeader& header) {
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
}

unsigned HeaderSum(const UstarHeader& header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    sum += i >= kSumAt && i < kTypeAt ? unsigned{' '} : header[i];
  }
  return sum;
}

// The one header that a member of this name and size has.
UstarHeader MakeHeader(absl::string_view name, std::uint64_t size) {
  UstarHeader header{};
  PutText(name, 0, header);
  PutText("0000644", kModeAt, header);
  PutText("0000000", kUidAt, header);
  PutText("0000000", kGidAt, header);
  PutText(absl::StrFormat("%011o", size), kSizeAt, header);
  PutText("00000000000", kTimeAt, header);
  PutText("0", kTypeAt, header);
  PutText(absl::string_view("ustar\00000", 8), kMagicAt, header);
  PutText("0000000", kMajorAt, header);
  PutText("0000000", kMinorAt, header);
  PutText(absl::StrFormat("%06o", HeaderSum(header)), kSumAt, header);
  header[kSumAt + 7] = ' ';
  return header;
}

bool IsZero(keys::ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

absl::StatusOr<std::uint64_t> ParseSize(const UstarHeader& header) {
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < kSizeDigits; ++i) {
    const std::uint8_t digit = header[kSizeAt + i];
    if (digit < '0' || digit > '7') {
      return absl::InvalidArgumentError("expected a size of eleven octal digits");
    }
    size = size * 8 + (digit - '0');
  }
  return size;
}

// The commonest ways to be another file than ours, each by its name; then the first byte that
// differs.
std::string WhyNotOurs(const UstarHeader& header, const UstarHeader& ours) {
  if (std::memcmp(&header[kMagicAt], &ours[kMagicAt], 8) != 0) return "no ustar header";
  if (std::memcmp(&header[kSumAt], &ours[kSumAt], 8) != 0 &&
      absl::StrFormat("%06o", HeaderSum(header)) !=
          std::string(reinterpret_cast<const char*>(&header[kSumAt]), 6)) {
    return "wrong checksum of the header";
  }
  switch (header[kTypeAt]) {
    case '0':
      break;
    case '1':
      return "a hard link; only regular files are allowed";
    case '2':
      return "a symbolic link; only regular files are allowed";
    case '5':
      return "a directory; only regular files are allowed";
    case 'L':
    case 'x':
    case 'g':
      return "an extended header; names have at most 100 bytes";
    default:
      return "a special file; only regular files are allowed";
  }
  struct Part {
    std::size_t at;
    absl::string_view name;
  };
  static constexpr std::array<Part, 10> kParts = {{{0, "name"},
                                                   {kModeAt, "mode"},
                                                   {kUidAt, "owner"},
                                                   {kSizeAt, "size"},
                                                   {kTimeAt, "time"},
                                                   {kSumAt, "checksum"},
                                                   {kLinkAt, "link name"},
                                                   {kOwnerAt, "owner's name"},
                                                   {kMajorAt, "device"},
                                                   {kPrefixAt, "prefix"}}};
  // The checksum differs whenever something else does.
  std::size_t differs = 0;
  while (differs < kUstarBlock &&
         (header[differs] == ours[differs] || (differs >= kSumAt && differs < kTypeAt))) {
    ++differs;
  }
  if (differs == kUstarBlock) differs = kSumAt;
  absl::string_view part;
  for (const Part& each : kParts) {
    if (each.at <= differs) part = each.name;
  }
  return absl::StrCat("the ", part, " of the header is not the constant that packages have");
}

}  // namespace

absl::Status CheckMemberName(absl::string_view name) {
  if (name.empty() || name.size() > kMaxMemberName) {
    return absl::InvalidArgumentError("a member's name has 1 to 100 bytes");
  }
  if (name[0] == '/') return absl::InvalidArgumentError("a member with an absolute path");
  for (const absl::string_view part : absl::StrSplit(name, '/')) {
    if (part.empty() || part == ".") {
      return absl::InvalidArgumentError("a member's path has an empty part or '.'");
    }
    if (part == "..")
      return absl::InvalidArgumentError("a member's path leaves the folder by '..'");
    for (const char c : part) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' && c != '-') {
        return absl::InvalidArgumentError(
            "a member's name has a character beyond A-Z a-z 0-9 . _ -");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status UstarWriter::Put(keys::ByteView bytes) {
  return bytes.empty() ? absl::OkStatus() : sink_(bytes);
}

absl::Status UstarWriter::EndMember() {
  if (left_ > 0) {
    return absl::FailedPreconditionError(absl::StrCat("a member lacks ", left_, " bytes"));
  }
  static constexpr UstarHeader kZeros{};
  const auto size = static_cast<std::size_t>(std::exchange(padding_, 0));
  return Put(keys::ByteView(kZeros).first(size));
}

absl::Status UstarWriter::Begin(absl::string_view name, std::uint64_t size) {
  if (finished_) return absl::FailedPreconditionError("the archive is finished");
  if (absl::Status status = CheckMemberName(name); !status.ok()) return status;
  if (size > kMaxMemberSize) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": ", size, " bytes, more than ", kMaxMemberSize));
  }
  if (names_.size() == kMaxMembers) {
    return absl::InvalidArgumentError(absl::StrCat("more than ", kMaxMembers, " members"));
  }
  if (absl::Status status = EndMember(); !status.ok()) return status;
  if (!names_.insert(std::string(name)).second) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": is in the archive already"));
  }
  left_ = size;
  padding_ = PaddingOf(size);
  const UstarHeader header = MakeHeader(name, size);
  return Put(header);
}

absl::Status UstarWriter::Write(keys::ByteView bytes) {
  if (bytes.size() > left_) return absl::FailedPreconditionError("more bytes than announced");
  left_ -= bytes.size();
  return Put(bytes);
}

absl::Status UstarWriter::Add(absl::string_view name, keys::ByteView bytes) {
  if (absl::Status status = Begin(name, bytes.size()); !status.ok()) return status;
  return Write(bytes);
}

absl::Status UstarWriter::Finish() {
  if (finished_) return absl::FailedPreconditionError("the archive is finished");
  if (absl::Status status = EndMember(); !status.ok()) return status;
  finished_ = true;
  static constexpr std::array<std::uint8_t, 2 * kUstarBlock> kEnd{};
  return Put(kEnd);
}

absl::Status UstarReader::ErrorAt(std::uint64_t offset, absl::string_view what) const {
  const std::string place =
      member_.name.empty() ? "package" : absl::StrCat("member ", member_.name);
  return absl::InvalidArgumentError(absl::StrCat(place, ", byte ", offset, ": ", what));
}

absl::Status UstarReader::Error(absl::string_view what) const { return ErrorAt(offset_, what); }

absl::StatusOr<bool> UstarReader::Fill(std::span<std::uint8_t> out) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    absl::StatusOr<std::size_t> got = source_(out.subspan(filled));
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    filled += *got;
  }
  if (filled == out.size()) {
    offset_ += filled;
    return true;
  }
  if (filled == 0) return false;
  offset_ += filled;
  return Error("the package is cut short");
}

absl::Status UstarReader::SkipPadding() {
  UstarHeader padding{};
  const auto size = static_cast<std::size_t>(PaddingOf(member_.size));
  if (size == 0) return absl::OkStatus();
  absl::StatusOr<bool> filled = Fill(std::span(padding).first(size));
  if (!filled.ok()) return filled.status();
  if (!*filled) return Error("the package is cut short");
  if (!IsZero(padding)) return Error("the padding behind the member is not zero");
  return absl::OkStatus();
}

absl::Status UstarReader::CheckEnd() {
  UstarHeader block{};
  absl::StatusOr<bool> filled = Fill(block);
  if (!filled.ok()) return filled.status();
  if (!*filled) return Error("the package is cut short in its end mark");
  if (!IsZero(block)) return Error("expected the second block of the end mark");
  std::array<std::uint8_t, 1> more{};
  filled = Fill(more);
  if (!filled.ok()) return filled.status();
  if (*filled) return Error("bytes follow the end of the package");
  return absl::OkStatus();
}

absl::StatusOr<std::optional<UstarMember>> UstarReader::Next() {
  if (left_ > 0) return absl::FailedPreconditionError("the member before was not read");
  if (!member_.name.empty()) {
    if (absl::Status status = SkipPadding(); !status.ok()) return status;
  }
  UstarHeader header{};
  const std::uint64_t at = offset_;
  absl::StatusOr<bool> filled = Fill(header);
  if (!filled.ok()) return filled.status();
  if (!*filled) return Error("the package is cut short: no end mark");
  if (IsZero(header)) {
    member_ = {};
    if (absl::Status status = CheckEnd(); !status.ok()) return status;
    return std::optional<UstarMember>();
  }
  const absl::string_view field(reinterpret_cast<const char*>(header.data()), kMaxMemberName);
  const std::string name(field.substr(0, field.find('\0')));
  member_ = {{}, 0, at};  // Errors name the package until the name is sound.
  if (absl::Status status = CheckMemberName(name); !status.ok())
    return ErrorAt(at, status.message());
  absl::StatusOr<std::uint64_t> size = ParseSize(header);
  const UstarHeader ours = MakeHeader(name, size.value_or(0));
  member_.name = name;
  if (header != ours) {
    if (!size.ok() && std::memcmp(&header[kMagicAt], &ours[kMagicAt], 8) == 0) {
      return ErrorAt(at, size.status().message());
    }
    return ErrorAt(at, WhyNotOurs(header, ours));
  }
  if (names_.size() == kMaxMembers) return ErrorAt(at, absl::StrCat("more than ", kMaxMembers));
  if (!names_.insert(name).second) return ErrorAt(at, "the member is there twice");
  member_.size = left_ = *size;
  return std::optional<UstarMember>(member_);
}

absl::StatusOr<std::size_t> UstarReader::Read(std::span<std::uint8_t> out) {
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_));
  if (want == 0) return std::size_t{0};
  absl::StatusOr<std::size_t> got = source_(out.first(want));
  if (!got.ok()) return got;
  if (*got == 0) return Error("the package is cut short");
  left_ -= *got;
  offset_ += *got;
  return got;
}

absl::StatusOr<keys::Bytes> UstarReader::ReadAll(std::uint64_t most) {
  if (left_ > most) {
    return Error(absl::StrCat("expected at most ", most, " bytes, found ", left_));
  }
  keys::Bytes out(static_cast<std::size_t>(left_), '\0');
  std::span<std::uint8_t> rest(reinterpret_cast<std::uint8_t*>(out.data()), out.size());
  while (!rest.empty()) {
    absl::StatusOr<std::size_t> got = Read(rest);
    if (!got.ok()) return got.status();
    rest = rest.subspan(*got);
  }
  return out;
}

}  // namespace cairn::record
