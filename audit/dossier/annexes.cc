// An annex as it is carried: domain, salt and bytes in one file, whose SHA-256 is by construction
// the digest that stands in a leaf.
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/dossier/examiners.h"
#include "audit/statement/annex.h"
#include "cairn/v1/common.pb.h"
#include "keys/encoding.h"

namespace cairn::dossier {
namespace {

constexpr absl::string_view kNamedSentence =
    "It is the annex that the statement names, byte for byte.";

// The annex of this digest that the message names at any depth; null if none.
const v1::AnnexRef* FindAnnex(const google::protobuf::Message& message, const keys::Bytes& digest) {
  if (message.GetDescriptor() == v1::AnnexRef::descriptor()) {
    const auto& annex = static_cast<const v1::AnnexRef&>(message);
    return annex.digest() == digest ? &annex : nullptr;
  }
  const auto* reflection = message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const auto& inner = field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                               : reflection->GetMessage(message, field);
      if (const v1::AnnexRef* found = FindAnnex(inner, digest)) return found;
    }
  }
  return nullptr;
}

}  // namespace

void ExamineAnnex(keys::ByteView bytes, const Companions& beside, Trust& trust, Examination& out) {
  const std::optional<statement::CarriedAnnex> carried = statement::SplitCarried(bytes);
  if (!carried.has_value()) {
    out.Fails(kFormId, "It is an annex with its salt.", "it ends before its bytes begin");
    return;
  }
  out.Holds(kFormId, "It is an annex with its salt.");
  const keys::ByteView inside = carried->bytes;
  const keys::Bytes digest = keys::Sha256(bytes).ToBytes();
  out.Says("digest", keys::Hex(keys::AsBytes(digest)));
  out.Says("bytes", absl::StrCat(inside.size()));
  out.Says("readable by", absl::StartsWith(keys::AsText(inside), "age-encryption.org/v")
                              ? "those whom it was sealed to"
                              : "anybody");
  if (!beside.statement.has_value()) {
    out.Skips("annex", kNamedSentence, "name its statement with --entry FILE");
    return;
  }
  const auto verified = ExamineSigned(keys::AsBytes(*beside.statement), std::nullopt, trust, out);
  if (!verified.has_value()) {
    out.Skips("annex", kNamedSentence, "the statement is not well signed");
    return;
  }
  const v1::AnnexRef* annex = FindAnnex(verified->statement(), digest);
  if (annex != nullptr && annex->size() == inside.size()) {
    out.Holds("annex", kNamedSentence);
  } else {
    out.Fails("annex", kNamedSentence,
              annex == nullptr ? "the statement names no annex of this digest"
                               : absl::StrCat("the statement says ", annex->size(), " bytes"));
  }
}

}  // namespace cairn::dossier
