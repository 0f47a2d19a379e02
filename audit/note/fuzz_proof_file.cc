// Proof files, as anybody may hand one in. Besides not crashing: what parses has one spelling, and
// what verifies for this entry does not for another.
#include <cstdint>
#include <cstdlib>

#include "audit/note/policy.h"
#include "audit/note/proof_file.h"

namespace {

namespace keys = cairn::keys;
namespace note = cairn::note;

const note::Policy& LogAlone() {
  static const auto* const policy = new note::Policy(
      note::Policy::Parse("log log.example.org/cairn/test-1+9d415180+"
                          "AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\nquorum none\n")
          .value());
  return *policy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const keys::ByteView file(data, size);
  const auto proof = note::ParseProofFile(file);
  if (proof.ok() && note::FormatProofFile(*proof).value() != keys::AsText(file)) std::abort();
  const auto verified = note::VerifyProofFile(keys::AsBytes("alpha"), file, LogAlone());
  if (verified.ok() && note::VerifyProofFile(keys::AsBytes("alphA"), file, LogAlone()).ok()) {
    std::abort();
  }
  return 0;
}
