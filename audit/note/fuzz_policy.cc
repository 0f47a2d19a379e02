// Policies, as a person writes them and a charter carries them. Besides not crashing: what parses
// is written as the same policy.
#include <cstdint>
#include <cstdlib>

#include "audit/note/policy.h"
#include "keys/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy =
      cairn::note::Policy::Parse(cairn::keys::AsText(cairn::keys::ByteView(data, size)));
  if (!policy.ok()) return 0;
  const auto again = cairn::note::Policy::Parse(policy->Format());
  if (!again.ok() || !(*again == *policy)) std::abort();
  if (policy->IsSatisfiedBy({}) == policy->WantsWitnesses()) std::abort();
  return 0;
}
