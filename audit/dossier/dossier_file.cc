#include "audit/dossier/dossier_file.h"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "audit/merkle/bundle.h"
#include "audit/note/note.h"
#include "audit/note/proof_file.h"
#include "audit/record/ustar.h"
#include "keys/digest.h"

namespace cairn::dossier {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

// A source that reads on from the beginning.
keys::Source FromStart(const ReadAt& read) {
  return [read, at = std::uint64_t{0}](std::span<std::uint8_t> out) mutable {
    absl::StatusOr<std::size_t> got = read(at, out);
    if (got.ok()) at += *got;
    return got;
  };
}

absl::Status WrongMember(const record::UstarMember& member, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("member ", member.name, ": ", what));
}

std::uint64_t MostBytes(PaperKind kind) {
  return kind == PaperKind::kReceipt ? note::kMaxProofFileBytesWithExtra : kMaxPaperBytes;
}

}  // namespace

// Takes the members in their order; what comes out of turn is an error.
class DossierFile::Reading {
 public:
  explicit Reading(DossierFile& file) : file_(file), archive_(FromStart(file.read_)) {}

  absl::Status Run() {
    if (absl::Status front = ReadFront(); !front.ok()) return front;
    if (absl::Status log = ReadLog(); !log.ok()) return log;
    return ReadPapersAndSums();
  }

 private:
  // The next member, which has this name. What it is read with adds its digest to the sums.
  absl::StatusOr<record::UstarMember> Next(absl::string_view name) {
    absl::StatusOr<std::optional<record::UstarMember>> member = archive_.Next();
    if (!member.ok()) return member.status();
    if (member->has_value() && (*member)->name == name) return **member;
    return absl::InvalidArgumentError(
        absl::StrCat("member ", name, " is missing; ",
                     member->has_value() ? (*member)->name : "the end", " comes instead"));
  }

  // Where the bytes of the member just begun lie.
  Place PlaceOf(const record::UstarMember& member) const {
    return {.offset = member.offset + record::kUstarBlock, .size = member.size};
  }

  absl::StatusOr<keys::Bytes> TakeAll(const record::UstarMember& member, std::uint64_t most) {
    absl::StatusOr<keys::Bytes> bytes = archive_.ReadAll(most);
    if (!bytes.ok()) return bytes;
    AddSum(keys::Sha256(keys::AsBytes(*bytes)), member.name);
    return bytes;
  }

  // Reads the member through, and gives its digest.
  absl::StatusOr<keys::Digest> Pass(const record::UstarMember& member, std::uint64_t least,
                                    std::uint64_t most) {
    if (member.size < least || member.size > most) {
      return WrongMember(member, absl::StrCat(member.size, " bytes; it has ", least, " to ", most));
    }
    keys::Sha256Stream stream;
    for (;;) {
      const absl::StatusOr<std::size_t> got = archive_.Read(piece_);
      if (!got.ok()) return got.status();
      if (*got == 0) break;
      stream.Update(std::span(piece_).first(*got));
    }
    const keys::Digest digest = stream.Finish();
    AddSum(digest, member.name);
    return digest;
  }

  void AddSum(const keys::Digest& digest, absl::string_view name) {
    const std::string line = SumLine(digest, name);
    sums_.Update(keys::AsBytes(line));
    sums_bytes_ += line.size();
  }

  absl::Status ReadFront() {
    absl::StatusOr<record::UstarMember> member = Next(kHeadMember);
    if (!member.ok()) return member.status();
    const absl::StatusOr<keys::Bytes> head = TakeAll(*member, kMaxHeadBytes);
    if (!head.ok()) return head.status();
    const absl::StatusOr<DossierHead> parsed = ParseHead(*head);
    if (!parsed.ok()) return parsed.status();
    file_.head_ = *parsed;

    member = Next(kReadmeMember);
    if (!member.ok()) return member.status();
    const absl::StatusOr<keys::Bytes> readme = TakeAll(*member, kDossierReadme.size());
    if (!readme.ok()) return readme.status();
    if (*readme != kDossierReadme) return WrongMember(*member, "it is not the text that it has");

    member = Next(kCheckpointMember);
    if (!member.ok()) return member.status();
    file_.checkpoint_ = PlaceOf(*member);
    return Pass(*member, 1, note::kMaxNoteBytes).status();
  }

  absl::Status ReadLog() {
    LogMembers members(file_.head_.size);
    while (const auto expected = members.Next()) {
      const auto* const tile = std::get_if<merkle::TileId>(&*expected);
      const auto* const bundle = std::get_if<merkle::BundleId>(&*expected);
      const absl::StatusOr<record::UstarMember> member =
          Next(tile != nullptr ? merkle::TilePath(*tile) : merkle::BundlePath(*bundle));
      if (!member.ok()) return member.status();
      if (tile != nullptr) {
        file_.tiles_.resize(tile->level + 1);
        file_.tiles_[tile->level].push_back(PlaceOf(*member));
      } else {
        file_.bundles_.push_back(PlaceOf(*member));
      }
      const std::uint64_t tile_bytes = tile == nullptr ? 0 : tile->width * keys::kDigestSize;
      const absl::StatusOr<keys::Digest> passed =
          tile != nullptr ? Pass(*member, tile_bytes, tile_bytes)
                          : Pass(*member, 2 * bundle->width, merkle::kMaxBundleBytes);
      if (!passed.ok()) return passed.status();
    }
    return absl::OkStatus();
  }

  absl::Status ReadPapersAndSums() {
    std::string last;
    for (;;) {
      absl::StatusOr<std::optional<record::UstarMember>> member = archive_.Next();
      if (!member.ok()) return member.status();
      if (!member->has_value()) return absl::InvalidArgumentError("member SHA256SUMS is missing");
      if ((*member)->name == kSumsMember) return ReadSums(**member);
      if ((*member)->name <= last) return WrongMember(**member, "it comes out of turn");
      last = (*member)->name;
      if (absl::Status taken = TakePaper(**member); !taken.ok()) return taken;
    }
  }

  absl::Status TakePaper(const record::UstarMember& member) {
    const absl::StatusOr<PaperId> id = ParsePaperName(member.name);
    if (!id.ok()) return id.status();
    if (file_.papers_.size() == kMaxPapers) {
      return WrongMember(member, absl::StrCat("more than ", kMaxPapers, " papers"));
    }
    const absl::StatusOr<keys::Digest> digest = Pass(member, 1, MostBytes(id->kind));
    if (!digest.ok()) return digest.status();
    if (*digest != id->sha256) {
      return absl::DataLossError(
          absl::StrCat("member ", member.name, ": its digest is ", digest->Hex()));
    }
    const Place place = PlaceOf(member);
    file_.papers_.push_back({.id = *id, .offset = place.offset, .size = place.size});
    return absl::OkStatus();
  }

  absl::Status ReadSums(const record::UstarMember& member) {
    const keys::Digest expected = sums_.Finish();
    const std::uint64_t bytes = sums_bytes_;
    const absl::StatusOr<keys::Digest> found = Pass(member, bytes, bytes);
    if (!found.ok()) return found.status();
    if (*found != expected) {
      return absl::DataLossError(
          "member SHA256SUMS: it lists other digests than those of the members (sha256sum -c "
          "SHA256SUMS names them)");
    }
    const absl::StatusOr<std::optional<record::UstarMember>> end = archive_.Next();
    if (!end.ok()) return end.status();
    return end->has_value() ? WrongMember(**end, "nothing follows SHA256SUMS") : absl::OkStatus();
  }

  DossierFile& file_;
  record::UstarReader archive_;
  keys::Sha256Stream sums_;
  std::uint64_t sums_bytes_ = 0;
  std::vector<std::uint8_t> piece_ = std::vector<std::uint8_t>(kPieceBytes);
};

ReadAt ReadAtOf(keys::ByteView bytes) {
  return [bytes](std::uint64_t offset, std::span<std::uint8_t> out) -> absl::StatusOr<std::size_t> {
    if (offset >= bytes.size()) return std::size_t{0};
    const keys::ByteView rest = bytes.subspan(static_cast<std::size_t>(offset));
    const std::size_t count = std::min(rest.size(), out.size());
    std::copy_n(rest.begin(), count, out.begin());
    return count;
  };
}

absl::StatusOr<std::unique_ptr<DossierFile>> DossierFile::Open(std::string name, ReadAt read) {
  std::unique_ptr<DossierFile> file(new DossierFile(std::move(name), std::move(read)));
  if (absl::Status checked = Reading(*file).Run(); !checked.ok()) return checked;
  return file;
}

absl::StatusOr<keys::Bytes> DossierFile::ReadPlace(const Place& place) const {
  keys::Bytes bytes(static_cast<std::size_t>(place.size), '\0');
  std::span<std::uint8_t> rest(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
  std::uint64_t at = place.offset;
  while (!rest.empty()) {
    const absl::StatusOr<std::size_t> got = read_(at, rest);
    if (!got.ok()) return got.status();
    if (*got == 0) return absl::DataLossError(absl::StrCat(name_, " has become shorter"));
    at += *got;
    rest = rest.subspan(*got);
  }
  return bytes;
}

absl::StatusOr<keys::Bytes> DossierFile::ReadPaper(const EnclosedPaper& paper) const {
  absl::StatusOr<keys::Bytes> bytes = ReadPlace({paper.offset, paper.size});
  if (bytes.ok() && keys::Sha256(keys::AsBytes(*bytes)) != paper.id.sha256) {
    return absl::DataLossError(absl::StrCat(name_, " was changed while it was read"));
  }
  return bytes;
}

const DossierFile::Place* DossierFile::Find(const std::string& path) const {
  if (path == kCheckpointMember) return &checkpoint_;
  const auto parsed = merkle::ParseTilePath(path);
  if (!parsed.ok()) return nullptr;
  const auto at = [](const std::vector<Place>& places, std::uint64_t index) {
    return index < places.size() ? &places[static_cast<std::size_t>(index)] : nullptr;
  };
  if (const auto* tile = std::get_if<merkle::TileId>(&*parsed)) {
    const bool there = tile->level < tiles_.size() &&
                       *tile == merkle::TileAt(tile->level, tile->index, head_.size);
    return there ? at(tiles_[tile->level], tile->index) : nullptr;
  }
  const auto& bundle = std::get<merkle::BundleId>(*parsed);
  return bundle == merkle::BundleAt(bundle.index, head_.size) ? at(bundles_, bundle.index)
                                                              : nullptr;
}

absl::StatusOr<keys::Bytes> DossierFile::Fetch(const std::string& path, std::size_t limit) {
  const Place* const place = Find(path);
  if (place == nullptr) return absl::NotFoundError(absl::StrCat(name_, " has no ", path));
  if (place->size > limit) {
    return absl::ResourceExhaustedError(absl::StrCat(name_, ": ", path, " is too large"));
  }
  return ReadPlace(*place);
}

}  // namespace cairn::dossier
