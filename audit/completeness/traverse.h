// Ties: where they lead, and how exactly. What C-07, C-08 and P-07 share.
#ifndef CAIRN_AUDIT_COMPLETENESS_TRAVERSE_H_
#define CAIRN_AUDIT_COMPLETENESS_TRAVERSE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/completeness/geodesy.h"
#include "audit/completeness/record_view.h"

namespace cairn::completeness {

// One way to a corner: where it leads, and the square of its sigma.
struct Arrival {
  PlanePoint at;
  std::int64_t variance_cm2 = 0;
};

// What one tie gives: an arrival, or what is missing for it.
struct TieReading {
  std::optional<Arrival> arrival;
  std::vector<std::string> missing;
};

// Of a position as plotted, fixed or surveyed, and of its datum. REQUIRES: read.usable().
std::int64_t PositionVarianceCm2(const RecordView& view, const v1::Position& position,
                                 const ReadPosition& read);

// `from` is the reference point that the tie names: its message and how it is read; null if the
// record has no such point. C-08 hands in others than those of the record.
struct TieStart {
  const v1::Position* position = nullptr;
  const ReadPosition* read = nullptr;
};
TieStart StartOf(const RecordView& view, const v1::Tie& tie);
TieReading ReadTie(const RecordView& view, const v1::Tie& tie, const TieStart& from,
                   const LocalPlane& plane);

// The two arrivals that are farthest apart for what they may be.
struct Gap {
  std::int64_t found_cm = 0;
  std::int64_t sigma_cm = 0;
  std::int64_t per_mille = -1;  // Of sigma, rounded up; -1: fewer than two arrivals.
};
Gap WorstGap(const std::vector<Arrival>& arrivals);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_TRAVERSE_H_
