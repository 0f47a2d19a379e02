// How much of a request has an answer of some kind. Inside audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_COVERAGE_H_
#define CAIRN_AUDIT_LEDGER_COVERAGE_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::ledger {

// RECORDS: each area asked for needs one item. GAPS: items count entries of the list. Other kinds:
// one item answers it all. Both arguments must outlive this.
class RequestCoverage {
 public:
  RequestCoverage(const v1::Charter& charter, const v1::RequestObject& request)
      : charter_(charter), request_(request.request()) {
    for (const v1::GivenAnswer& answer : request.answers()) {
      for (const v1::AnswerItem& item : answer.items()) Add(item);
    }
  }

  void Add(const v1::AnswerItem& item) {
    areas_.insert(item.area());
    counted_ += request_.kind() == v1::REQUEST_KIND_GAPS ? item.items() : 1;
  }

  // Areas, entries, or one, that still have no answer; and those that have one.
  std::uint64_t Open() const { return Asked() - Answered(); }
  std::uint64_t Answered() const { return counted_ < Asked() ? counted_ : Asked(); }

  bool HasArea(const std::string& area) const { return areas_.count(area) > 0; }
  bool Asks(absl::string_view area) const {
    for (const std::string& asked : request_.areas()) {
      if (asked == area) return true;
    }
    return false;
  }
  bool KnowsArea(absl::string_view area) const {
    for (const v1::CharterArea& known : charter_.areas()) {
      if (known.area() == area) return true;
    }
    return false;
  }

 private:
  std::uint64_t Asked() const {
    switch (request_.kind()) {
      case v1::REQUEST_KIND_RECORDS:
        return static_cast<std::uint64_t>(request_.areas_size());
      case v1::REQUEST_KIND_GAPS:
        return request_.items();
      default:
        return 1;
    }
  }

  const v1::Charter& charter_;
  const v1::Request& request_;
  std::set<std::string> areas_;
  std::uint64_t counted_ = 0;
};

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_COVERAGE_H_
