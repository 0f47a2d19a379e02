#include "keys/dsse.h"

#include "absl/strings/str_cat.h"

namespace cairn::keys {
namespace {

// All of the encoding before the body: DSSEv1 <len> <type> <len> and a space.
std::string EncodingHead(absl::string_view type, std::size_t body_size) {
  return absl::StrCat("DSSEv1 ", type.size(), " ", type, " ", body_size, " ");
}

}  // namespace

Bytes PreAuthEncoding(absl::string_view type, ByteView body) {
  Bytes encoding = EncodingHead(type, body.size());
  AppendBytes(encoding, body);
  return encoding;
}

Digest PreAuthDigest(absl::string_view type, ByteView body) {
  return Sha256({AsBytes(EncodingHead(type, body.size())), body});
}

Bytes SignPayload(const SigningPrivateKey& key, absl::string_view type, ByteView body) {
  return key.Sign(AsBytes(PreAuthEncoding(type, body)));
}

absl::Status VerifyPayload(const SigningPublicKey& key, absl::string_view type, ByteView body,
                           ByteView signature) {
  return key.Verify(AsBytes(PreAuthEncoding(type, body)), signature);
}

}  // namespace cairn::keys
