// The form of an evidence file: reading it from its beginning, and writing it.
#include <array>
#include <charconv>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/dossier/evidence.h"
#include "audit/dossier/evidence_parts.h"
#include "audit/statement/entry.h"

namespace cairn::dossier {
namespace {

constexpr std::size_t kMaxHeadLine = 64;
constexpr std::size_t kReadAhead = std::size_t{64} * 1024;
constexpr std::array<EvidenceKind, 8> kKinds = {
    EvidenceKind::kTwoRoots,          EvidenceKind::kTwoLeaves,
    EvidenceKind::kWitnessSignedBoth, EvidenceKind::kReceiptContradicted,
    EvidenceKind::kGrowthAfterFreeze, EvidenceKind::kRevokedKeyUsed,
    EvidenceKind::kWrongfulRefusal,   EvidenceKind::kNotLogged};

absl::Status NoEvidence(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not an evidence file: ", what));
}

// Decimal, in its one spelling.
bool ReadDecimal(absl::string_view text, std::uint64_t& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size() && absl::StrCat(number) == text;
}

// Bytes from a source, so many at a time as are asked for.
class Input {
 public:
  explicit Input(keys::Source source) : source_(std::move(source)) {}

  // Exactly so many bytes. kInvalidArgument: the file ends before.
  absl::StatusOr<keys::Bytes> Take(std::size_t count) {
    keys::Bytes out;
    out.reserve(count);
    while (out.size() < count) {
      if (at_ == have_) {
        if (absl::Status filled = Fill(); !filled.ok()) return filled;
        if (have_ == 0) return NoEvidence("it ends too soon");
      }
      const std::size_t take = std::min(count - out.size(), have_ - at_);
      out.append(reinterpret_cast<const char*>(buffer_.data()) + at_, take);
      at_ += take;
    }
    return out;
  }
  // Up to and without the next 0A.
  absl::StatusOr<std::string> TakeLine() {
    std::string line;
    for (;;) {
      const absl::StatusOr<keys::Bytes> next = Take(1);
      if (!next.ok()) return next.status();
      if (*next == "\n") return line;
      if (line.size() == kMaxHeadLine) return NoEvidence("a line that is too long");
      line += *next;
    }
  }
  absl::StatusOr<bool> AtEnd() {
    if (at_ < have_) return false;
    if (absl::Status filled = Fill(); !filled.ok()) return filled;
    return have_ == 0;
  }

 private:
  absl::Status Fill() {
    const absl::StatusOr<std::size_t> got = source_(buffer_);
    if (!got.ok()) return got.status();
    at_ = 0;
    have_ = *got;
    return absl::OkStatus();
  }
  const keys::Source source_;
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(kReadAhead);
  std::size_t at_ = 0;
  std::size_t have_ = 0;
};

absl::Status TakeNewline(Input& input, absl::string_view what) {
  const absl::StatusOr<keys::Bytes> end = input.Take(1);
  if (!end.ok()) return end.status();
  return *end == "\n" ? absl::OkStatus()
                      : NoEvidence(absl::StrCat(what, " is not as long as it says"));
}

// "part <name> <length>\n", the bytes, and one 0A.
absl::Status TakePart(Input& input, const EvidencePart& part, std::size_t& room,
                      Evidence& evidence) {
  const absl::StatusOr<std::string> line = input.TakeLine();
  if (!line.ok()) return line.status();
  absl::string_view number = *line;
  if (!absl::ConsumePrefix(&number, absl::StrCat("part ", part.name, " "))) {
    return NoEvidence(absl::StrCat("the part \"", part.name, "\" does not come next"));
  }
  std::uint64_t length = 0;
  if (!ReadDecimal(number, length) || length > room || (length == 0 && !part.may_be_empty)) {
    return NoEvidence(absl::StrCat("the part \"", part.name, "\" has an impossible length"));
  }
  room -= static_cast<std::size_t>(length);
  absl::StatusOr<keys::Bytes> bytes = input.Take(static_cast<std::size_t>(length));
  if (!bytes.ok()) return bytes.status();
  evidence.*part.member = *std::move(bytes);
  return TakeNewline(input, absl::StrCat("the part \"", part.name, "\""));
}

absl::StatusOr<Evidence> TakeParts(Input& input) {
  const absl::StatusOr<std::string> line = input.TakeLine();
  if (!line.ok()) return line.status();
  absl::string_view name = *line;
  if (!absl::ConsumePrefix(&name, kEvidenceMagic)) return NoEvidence("another beginning");
  for (const EvidenceKind kind : kKinds) {
    if (name != EvidenceName(kind)) continue;
    Evidence evidence;
    evidence.kind = kind;
    std::size_t room = kMaxEvidenceBytes;
    for (const EvidencePart& part : PartsOf(kind)) {
      if (absl::Status taken = TakePart(input, part, room, evidence); !taken.ok()) return taken;
    }
    return evidence;
  }
  return NoEvidence("a kind that this program does not know");
}

// The lists of entries at the end of a file.
class EntriesInFile final : public EntryLists {
 public:
  explicit EntriesInFile(Input& input) : input_(input) {}

  absl::StatusOr<std::optional<std::uint64_t>> NextList() override {
    if (left_ > 0) return absl::InternalError("a list of entries was not taken to its end");
    if (done_) return std::optional<std::uint64_t>();
    if (lists_ > 0) {
      if (absl::Status end = TakeNewline(input_, "a list of entries"); !end.ok()) return end;
    }
    const absl::StatusOr<bool> done = input_.AtEnd();
    if (!done.ok()) return done.status();
    done_ = *done;
    if (done_) return std::optional<std::uint64_t>();
    if (++lists_ > kMaxEvidenceLogs) return NoEvidence("too many lists of entries");
    const absl::StatusOr<std::string> line = input_.TakeLine();
    if (!line.ok()) return line.status();
    absl::string_view number = *line;
    std::uint64_t count = 0;
    if (!absl::ConsumePrefix(&number, "entries ") || !ReadDecimal(number, count) || count > room_) {
      return NoEvidence("no list of entries, or too long a one, where one comes");
    }
    room_ -= count;
    left_ = count;
    return std::optional<std::uint64_t>(count);
  }
  absl::StatusOr<keys::ByteView> NextEntry() override {
    if (left_ == 0) return absl::InternalError("an entry was asked for behind the last");
    const absl::StatusOr<keys::Bytes> size = input_.Take(2);
    if (!size.ok()) return size.status();
    const keys::ByteView length = keys::AsBytes(*size);
    absl::StatusOr<keys::Bytes> entry =
        input_.Take(static_cast<std::size_t>(length[0]) << 8 | length[1]);
    if (!entry.ok()) return entry.status();
    --left_;
    entry_ = *std::move(entry);
    return keys::AsBytes(entry_);
  }
  // Whatever was not judged is still to be of the form.
  absl::Status TakeRest() {
    for (;;) {
      while (left_ > 0) {
        if (absl::Status entry = NextEntry().status(); !entry.ok()) return entry;
      }
      const auto next = NextList();
      if (!next.ok() || !next->has_value()) return next.status();
    }
  }

 private:
  Input& input_;
  int lists_ = 0;
  bool done_ = false;
  std::uint64_t left_ = 0;
  std::uint64_t room_ = kMaxEvidenceEntries;
  keys::Bytes entry_;
};

// Keeps an error of the file apart from a verdict: both may be kInvalidArgument.
class WatchedEntries final : public EntryLists {
 public:
  explicit WatchedEntries(EntryLists& entries) : entries_(entries) {}
  absl::StatusOr<std::optional<std::uint64_t>> NextList() override {
    auto next = entries_.NextList();
    error_.Update(next.status());
    return next;
  }
  absl::StatusOr<keys::ByteView> NextEntry() override {
    auto next = entries_.NextEntry();
    error_.Update(next.status());
    return next;
  }
  const absl::Status& error() const { return error_; }

 private:
  EntryLists& entries_;
  absl::Status error_;
};

}  // namespace

absl::StatusOr<std::optional<std::uint64_t>> EntriesInMemory::NextList() {
  if (list_ == lists_.size()) return std::optional<std::uint64_t>();
  entry_ = 0;
  return std::optional<std::uint64_t>(lists_[list_++].size());
}

absl::StatusOr<keys::ByteView> EntriesInMemory::NextEntry() {
  return keys::AsBytes(lists_[list_ - 1][entry_++]);
}

absl::StatusOr<Evidence> ParseEvidence(keys::ByteView file) {
  Input input(keys::SourceOf(file));
  absl::StatusOr<Evidence> evidence = TakeParts(input);
  if (!evidence.ok()) return evidence;
  if (HasEntries(evidence->kind)) return NoEvidence("a kind with entries, which is streamed");
  const absl::StatusOr<bool> done = input.AtEnd();
  if (!done.ok()) return done.status();
  if (!*done) return NoEvidence("something follows its last part");
  return evidence;
}

keys::Bytes FormatEvidence(const Evidence& evidence) {
  keys::Bytes out = absl::StrCat(kEvidenceMagic, EvidenceName(evidence.kind), "\n");
  for (const EvidencePart& part : PartsOf(evidence.kind)) {
    const keys::Bytes& bytes = evidence.*part.member;
    absl::StrAppend(&out, "part ", part.name, " ", bytes.size(), "\n", bytes, "\n");
  }
  return out;
}

absl::Status WriteEvidence(const Evidence& evidence, EntryLists& entries, const keys::Sink& sink) {
  absl::Status written = sink(keys::AsBytes(FormatEvidence(evidence)));
  for (;;) {
    const auto count = entries.NextList();
    if (!written.ok() || !count.ok() || !count->has_value()) {
      return written.ok() ? count.status() : written;
    }
    written = sink(keys::AsBytes(absl::StrCat("entries ", **count, "\n")));
    for (std::uint64_t i = 0; i < **count && written.ok(); ++i) {
      const absl::StatusOr<keys::ByteView> entry = entries.NextEntry();
      if (!entry.ok()) return entry.status();
      if (entry->size() > statement::kMaxEntryBytes) {
        return absl::InvalidArgumentError("an entry that is larger than entries are");
      }
      keys::Bytes framed;
      framed.push_back(static_cast<char>(entry->size() >> 8));
      framed.push_back(static_cast<char>(entry->size() & 0xff));
      keys::AppendBytes(framed, *entry);
      written = sink(keys::AsBytes(framed));
    }
    if (written.ok()) written = sink(keys::AsBytes("\n"));
  }
}

absl::StatusOr<JudgedEvidence> JudgeEvidenceFile(const keys::Source& file) {
  Input input(file);
  absl::StatusOr<Evidence> parts = TakeParts(input);
  if (!parts.ok()) return parts.status();
  JudgedEvidence judged{.evidence = *std::move(parts), .verdict = {}};
  EntriesInFile in_file(input);
  if (HasEntries(judged.evidence.kind)) {
    WatchedEntries watched(in_file);
    judged.verdict = JudgeEvidence(judged.evidence, watched);
    if (!watched.error().ok()) return watched.error();
    if (absl::Status rest = in_file.TakeRest(); !rest.ok()) return rest;
    return judged;
  }
  const absl::StatusOr<bool> done = input.AtEnd();
  if (!done.ok()) return done.status();
  if (!*done) return NoEvidence("something follows its last part");
  judged.verdict = JudgeEvidence(judged.evidence);
  return judged;
}

}  // namespace cairn::dossier
