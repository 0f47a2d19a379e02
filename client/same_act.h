// Whether two statements say the same, whoever signed them when.
#ifndef CAIRN_CLIENT_SAME_ACT_H_
#define CAIRN_CLIENT_SAME_ACT_H_

#include "client/home.h"

namespace cairn::v1 {
class Statement;
}  // namespace cairn::v1

namespace cairn::client {

// For the same handover, with the same body. Annexes that are kept in `home` are compared by their
// bytes, sealed ones by what they say: the salt, and so the digest signed for, is another each time
// one is stored, and each sealing makes other bytes.
bool IsSameAct(const Home& home, v1::Statement one, v1::Statement other);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_SAME_ACT_H_
