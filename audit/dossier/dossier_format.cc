#include "audit/dossier/dossier_format.h"

#include <array>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cairn::dossier {
namespace {

absl::Status NoHead(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("member dossier: ", what));
}

// The value of the line "<word> <value>" that comes next.
absl::StatusOr<std::string> TakeLine(absl::string_view& rest, absl::string_view word) {
  const std::size_t end = rest.find('\n');
  absl::string_view line = rest.substr(0, end);
  if (end == absl::string_view::npos || !absl::ConsumePrefix(&line, absl::StrCat(word, " "))) {
    return NoHead(absl::StrCat("the line \"", word, "\" does not come next"));
  }
  rest.remove_prefix(end + 1);
  return std::string(line);
}

constexpr std::array<PaperKind, 4> kPaperKinds{PaperKind::kAnnex, PaperKind::kManifest,
                                               PaperKind::kReceipt, PaperKind::kRules};

}  // namespace

constexpr absl::string_view kDossierReadme =
    "This is a Cairn dossier: all that is needed to judge one handover without asking anybody.\n"
    "\n"
    "  dossier        which handover, of which log, and how many leaves the log had\n"
    "  checkpoint     the note that the log and its witnesses have signed about all of it\n"
    "  tile/          every entry of the log and the hashes above them (C2SP tlog-tiles)\n"
    "  papers/        what leaves name by digest, and receipts\n"
    "  SHA256SUMS     the digest of every other member: sha256sum -c SHA256SUMS\n"
    "\n"
    "Nothing in it is to be believed because it is in it. Have from elsewhere, on paper if you\n"
    "can, the log's key and the digest of its Genesis; then, without a network:\n"
    "\n"
    "  cairn verify --log-vkey VKEY --genesis DIGEST FILE.dossier\n"
    "\n"
    "A blank in a record does not mean safe, and no program knows whether the ground is as the\n"
    "paper says.\n";

std::string FormatHead(const DossierHead& head) {
  return absl::StrCat(kDossierMagic, "handover ", head.handover.Hex(), "\nlog ", head.log,
                      "\ngenesis ", head.genesis.Hex(), "\nleaves ", merkle::ToInt(head.size),
                      "\n");
}

absl::StatusOr<DossierHead> ParseHead(absl::string_view text) {
  absl::string_view rest = text;
  if (!absl::ConsumePrefix(&rest, kDossierMagic)) {
    return NoHead("it does not begin with \"cairn dossier v1\"");
  }
  const absl::StatusOr<std::string> handover = TakeLine(rest, "handover");
  if (!handover.ok()) return handover.status();
  const absl::StatusOr<std::string> log = TakeLine(rest, "log");
  if (!log.ok()) return log.status();
  const absl::StatusOr<std::string> genesis = TakeLine(rest, "genesis");
  if (!genesis.ok()) return genesis.status();
  const absl::StatusOr<std::string> leaves = TakeLine(rest, "leaves");
  if (!leaves.ok()) return leaves.status();

  const absl::StatusOr<keys::Digest> id = keys::Digest::FromHex(*handover);
  if (!id.ok()) return NoHead("the handover is not 64 hexadecimal digits");
  const absl::StatusOr<keys::VerifierKey> key = keys::VerifierKey::Parse(*log);
  if (!key.ok()) return NoHead(key.status().message());
  if (key->type() != keys::NoteKeyType::kEd25519) return NoHead("its key is not a log's");
  const absl::StatusOr<keys::Digest> first = keys::Digest::FromHex(*genesis);
  if (!first.ok()) return NoHead("the genesis is not 64 hexadecimal digits");
  std::uint64_t size = 0;
  if (!absl::SimpleAtoi(*leaves, &size) || size == 0 ||
      size > merkle::ToInt(merkle::kMaxTreeSize)) {
    return NoHead("no number of leaves");
  }
  const DossierHead head{
      .handover = {*id}, .log = *log, .genesis = *first, .size = merkle::TreeSize{size}};
  if (FormatHead(head) != text) return NoHead("something is spelt otherwise or follows");
  return head;
}

absl::string_view PaperEnding(PaperKind kind) {
  switch (kind) {
    case PaperKind::kAnnex:
      return "annex";
    case PaperKind::kManifest:
      return "manifest";
    case PaperKind::kReceipt:
      return "tlog-proof";
    case PaperKind::kRules:
      break;
  }
  return "rules";
}

std::string PaperName(const PaperId& paper) {
  return absl::StrCat(kPapersFolder, paper.sha256.Hex(), ".", PaperEnding(paper.kind));
}

absl::StatusOr<PaperId> ParsePaperName(absl::string_view name) {
  constexpr std::size_t kHexDigits = 2 * keys::kDigestSize;
  for (const PaperKind kind : kPaperKinds) {
    const absl::StatusOr<keys::Digest> digest =
        name.size() > kPapersFolder.size() + kHexDigits
            ? keys::Digest::FromHex(std::string(name.substr(kPapersFolder.size(), kHexDigits)))
            : absl::InvalidArgumentError("short");
    if (digest.ok() && PaperName({*digest, kind}) == name) return PaperId{*digest, kind};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("member ", name, ": no member of a dossier has such a name here"));
}

std::optional<LogMembers::Member> LogMembers::Next() {
  for (; level_ <= merkle::kMaxTileLevel; ++level_, index_ = 0) {
    const merkle::TileId tile = merkle::TileAt(level_, index_, size_);
    if (tile.width == 0) continue;
    ++index_;
    return tile;
  }
  const merkle::BundleId bundle = merkle::BundleAt(index_, size_);
  if (bundle.width == 0) return std::nullopt;
  ++index_;
  return bundle;
}

std::string SumLine(const keys::Digest& sha256, absl::string_view name) {
  return absl::StrCat(sha256.Hex(), "  ", name, "\n");
}

}  // namespace cairn::dossier
