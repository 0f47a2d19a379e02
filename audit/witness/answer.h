// What a witness answers over HTTP, before anybody speaks of sockets.
#ifndef CAIRN_AUDIT_WITNESS_ANSWER_H_
#define CAIRN_AUDIT_WITNESS_ANSWER_H_

#include <string>

namespace cairn::witness {

inline constexpr char kTextType[] = "text/plain; charset=utf-8";
// Of the body of 409: the size last cosigned, in decimal, and 0A (C2SP tlog-witness).
inline constexpr char kSizeType[] = "text/x.tlog.size";

struct Answer {
  int status = 200;
  std::string content_type = kTextType;
  std::string body;  // Of an error: one sentence for the log's operator.

  friend bool operator==(const Answer&, const Answer&) = default;
};

}  // namespace cairn::witness

#endif  // CAIRN_AUDIT_WITNESS_ANSWER_H_
