// What a dossier file looks like: shared by who writes it and who reads it. The page DOSSIER.md
// beside this says it for whoever writes another verifier.
//
// A ustar file (audit/record/ustar.h: one content, one file) with these members and no others:
//
//   dossier                        what it is about: DossierHead
//   README.txt                     kDossierReadme
//   checkpoint                     a note that the log has signed, with its cosignatures
//   tile/<L>/<N>[.p/<W>]           every hash tile of that tree, by level, then index
//   tile/entries/<N>[.p/<W>]       every entry bundle of it, by index
//   papers/<sha256>.<kind>         what leaves name or the log has given; ascending by name
//   SHA256SUMS                     "<sha256>  <name>" 0A for each member before it
//
// Unpacked it is a copy of the log as any tile client reads it, and `sha256sum -c SHA256SUMS`
// holds.
#ifndef CAIRN_AUDIT_DOSSIER_DOSSIER_FORMAT_H_
#define CAIRN_AUDIT_DOSSIER_DOSSIER_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/merkle/tile.h"
#include "audit/merkle/types.h"
#include "audit/statement/statement.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/vkey.h"

namespace cairn::dossier {

inline constexpr absl::string_view kDossierMagic = "cairn dossier v1\n";
inline constexpr absl::string_view kHeadMember = "dossier";
inline constexpr absl::string_view kReadmeMember = "README.txt";
inline constexpr absl::string_view kCheckpointMember = "checkpoint";
inline constexpr absl::string_view kSumsMember = "SHA256SUMS";
inline constexpr absl::string_view kPapersFolder = "papers/";
inline constexpr std::size_t kMaxHeadBytes = 1024;
inline constexpr std::size_t kMaxPapers = 10'000;
inline constexpr std::size_t kMaxPaperBytes = std::size_t{64} << 20;

// The text of README.txt, byte for byte.
extern const absl::string_view kDossierReadme;

// "cairn dossier v1" 0A "handover <64 hex digits>" 0A "log <vkey>" 0A "genesis <64 hex digits>" 0A
// "leaves <decimal>" 0A. What the file says of itself: nothing of it is believed.
struct DossierHead {
  statement::StatementId handover;
  std::string log;  // A verifier key of type 01.
  keys::Digest genesis;
  merkle::TreeSize size{};
};
std::string FormatHead(const DossierHead& head);
// kInvalidArgument: anything that FormatHead would not have written, or a tree without a leaf.
absl::StatusOr<DossierHead> ParseHead(absl::string_view text);

// What may be enclosed. An annex is "cairn/annex/v1" || salt || bytes, so that its SHA-256 is what
// the leaf names; a report is an annex.
enum class PaperKind { kAnnex, kManifest, kReceipt, kRules };
absl::string_view PaperEnding(PaperKind kind);  // "annex", "manifest", "tlog-proof", "rules"

struct PaperId {
  keys::Digest sha256;
  PaperKind kind = PaperKind::kAnnex;
};
std::string PaperName(const PaperId& paper);
// kInvalidArgument: not a name that PaperName gives.
absl::StatusOr<PaperId> ParsePaperName(absl::string_view name);

// The tiles and bundles of a tree, in the order in which a dossier has them.
class LogMembers {
 public:
  using Member = std::variant<merkle::TileId, merkle::BundleId>;
  explicit LogMembers(merkle::TreeSize size) : size_(size) {}
  // Nothing after the last one.
  std::optional<Member> Next();

 private:
  merkle::TreeSize size_;
  unsigned level_ = 0;
  std::uint64_t index_ = 0;
};

// One line of SHA256SUMS.
std::string SumLine(const keys::Digest& sha256, absl::string_view name);

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_DOSSIER_FORMAT_H_
