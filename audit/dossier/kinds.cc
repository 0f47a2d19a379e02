#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "audit/dossier/evidence.h"
#include "audit/dossier/examiners.h"
#include "audit/note/note.h"
#include "audit/statement/canonical.h"
#include "cairn/v1/report.pb.h"
#include "cairn/v1/rule_set.pb.h"
#include "cairn/v1/statement.pb.h"
#include "keys/dsse.h"
#include "keys/signing.h"
#include "keys/vkey.h"

namespace cairn::dossier {
namespace {

constexpr absl::string_view kProofMagic = "c2sp.org/tlog-proof@";
constexpr absl::string_view kKeyFileMagic = "cairn private key v";
constexpr absl::string_view kAgeMagic = "age-encryption.org/v";
constexpr absl::string_view kAnnexMagic = "cairn/annex/v1";
constexpr absl::string_view kSignatureMark = "\n\n\xE2\x80\x94 ";
constexpr std::size_t kTarMagicAt = 257;
constexpr absl::string_view kTarMagic = "ustar";

// What the endings of Cairn's own file names say.
constexpr std::array<std::pair<absl::string_view, FileKind>, 17> kEndings{
    {{".tlog-proof", FileKind::kReceipt},
     {".entry", FileKind::kEntry},
     {".statement", FileKind::kStatement},
     {".signed", FileKind::kStatement},
     {".refusal", FileKind::kRefusal},
     {"submission.pb", FileKind::kSubmission},
     {".note", FileKind::kNote},
     {"checkpoint", FileKind::kNote},
     {"policy", FileKind::kPolicy},
     {".vkey", FileKind::kVkey},
     {".key", FileKind::kKeyFile},
     {".age", FileKind::kSealed},
     {".tar", FileKind::kPackage},
     {".report", FileKind::kReport},
     {".evidence", FileKind::kEvidence},
     {".dossier", FileKind::kDossier},
     {".lodging", FileKind::kLodging}}};

FileKind ByName(const std::string& name) {
  for (const auto& [ending, kind] : kEndings) {
    if (absl::EndsWith(name, ending)) return kind;
  }
  return FileKind::kUnknown;
}

bool IsPolicy(absl::string_view text) {
  while (!text.empty()) {
    const absl::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty() || line.front() == '#') continue;
    for (const absl::string_view word : {"log", "witness", "group", "quorum"}) {
      if (absl::StartsWith(line, word) && line.size() > word.size() &&
          (line[word.size()] == ' ' || line[word.size()] == '\t')) {
        return true;
      }
    }
    return false;
  }
  return false;
}

FileKind KindOfText(absl::string_view text) {
  if (absl::StartsWith(text, kProofMagic)) return FileKind::kReceipt;
  if (absl::StartsWith(text, kEvidenceMagic)) return FileKind::kEvidence;
  if (absl::StartsWith(text, kKeyFileMagic)) return FileKind::kKeyFile;
  if (absl::StartsWith(text, kAnnexMagic)) return FileKind::kAnnex;
  if (IsPolicy(text)) return FileKind::kPolicy;
  if (keys::VerifierKey::Parse(absl::StripSuffix(text, "\n")).ok()) return FileKind::kVkey;
  return FileKind::kUnknown;
}

// Of what is nothing else: a Witnessed statement carries a note, and a receipt ends in one.
FileKind KindOfNote(const std::string& name, absl::string_view text) {
  if (const FileKind kind = ByName(name); kind != FileKind::kUnknown) return kind;
  const bool note = !text.empty() && text.front() >= ' ' &&
                    absl::StrContains(text.substr(0, note::kMaxNoteBytes), kSignatureMark);
  return note ? FileKind::kNote : FileKind::kUnknown;
}

template <typename Message>
bool IsCanonical(keys::ByteView bytes) {
  return statement::CheckCanonical(*Message::descriptor(), bytes,
                                   {.max_bytes = kMaxWholeFileBytes, .max_depth = 32})
      .ok();
}

// Signed statements, refusals and lodgings have one shape; what is inside tells them apart, or if
// that was spoiled, under which type the signature verifies.
FileKind KindOfSigned(keys::ByteView bytes, const std::string& name) {
  v1::SignedRefusal shape;
  if (!statement::ParseCanonical(bytes, shape).ok() ||
      shape.public_key().size() != keys::kTypedPublicKeySize ||
      (!shape.signature().empty() && shape.signature().size() != keys::kSignatureSize)) {
    return FileKind::kUnknown;
  }
  const keys::ByteView inside = keys::AsBytes(shape.refusal());
  if (IsCanonical<v1::Statement>(inside)) return FileKind::kStatement;
  if (IsCanonical<v1::Refusal>(inside)) return FileKind::kRefusal;
  if (IsCanonical<v1::Lodging>(inside)) return FileKind::kLodging;
  const FileKind named = ByName(name);
  return named == FileKind::kRefusal || named == FileKind::kLodging ? named : FileKind::kStatement;
}

FileKind KindOfMessage(keys::ByteView bytes, const std::string& name) {
  if (IsCanonical<v1::LogEntry>(bytes)) return FileKind::kEntry;
  if (const FileKind kind = KindOfSigned(bytes, name); kind != FileKind::kUnknown) return kind;
  if (IsCanonical<v1::PartyEntry>(bytes)) return FileKind::kPartyEntry;
  if (IsCanonical<v1::SubmitPackage>(bytes)) return FileKind::kSubmission;
  if (IsCanonical<v1::Report>(bytes)) return FileKind::kReport;
  if (IsCanonical<v1::RuleSet>(bytes)) return FileKind::kRuleSet;
  return FileKind::kUnknown;
}

}  // namespace

absl::string_view KindName(FileKind kind) {
  switch (kind) {
    case FileKind::kReceipt:
      return "receipt";
    case FileKind::kEntry:
      return "entry";
    case FileKind::kStatement:
      return "signed statement";
    case FileKind::kRefusal:
      return "signed refusal";
    case FileKind::kNote:
      return "checkpoint";
    case FileKind::kPolicy:
      return "policy";
    case FileKind::kVkey:
      return "verifier key";
    case FileKind::kKeyFile:
      return "key file";
    case FileKind::kSealed:
      return "sealed package";
    case FileKind::kPackage:
      return "opened package";
    case FileKind::kSubmission:
      return "unsigned submission";
    case FileKind::kReport:
      return "report";
    case FileKind::kPartyEntry:
      return "party entry";
    case FileKind::kRuleSet:
      return "rule set";
    case FileKind::kAnnex:
      return "annex";
    case FileKind::kEvidence:
      return "evidence";
    case FileKind::kDossier:
      return "dossier";
    case FileKind::kLodging:
      return "lodging";
    case FileKind::kUnknown:
      break;
  }
  return "unknown";
}

FileKind DetectStreamed(keys::ByteView head) {
  const absl::string_view text = keys::AsText(head);
  if (absl::StartsWith(text, kAgeMagic)) return FileKind::kSealed;
  if (absl::StartsWith(text, kEvidenceMagic)) return FileKind::kEvidence;
  const bool tar =
      text.size() > kTarMagicAt && absl::StartsWith(text.substr(kTarMagicAt), kTarMagic);
  if (!tar) return FileKind::kUnknown;
  // Of two kinds of archives, told apart by their first members.
  const bool dossier = absl::StartsWith(text, absl::string_view("dossier\0", 8));
  return dossier ? FileKind::kDossier : FileKind::kPackage;
}

FileKind DetectKind(const std::string& name, keys::ByteView bytes) {
  FileKind kind = DetectStreamed(bytes);
  if (kind == FileKind::kUnknown) kind = KindOfText(keys::AsText(bytes));
  if (kind == FileKind::kUnknown && !bytes.empty()) kind = KindOfMessage(bytes, name);
  return kind == FileKind::kUnknown ? KindOfNote(name, keys::AsText(bytes)) : kind;
}

}  // namespace cairn::dossier
