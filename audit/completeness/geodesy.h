// The pinned coordinate transformations: from what a paper says, in the system that it names, to
// WGS 84. Pinned by the numbers of the rule set (datum shift, ellipsoid, projection), never by a
// name that two libraries could read differently.
//
// Formulas: seven-parameter shift (EPSG methods 9606, 9607) through geocentric coordinates at
// height 0; transverse Mercator by Krueger's series in the third flattening to fourth order (below
// a millimetre within 20 degrees of the central meridian); elementary functions from exact_math.h.
// Results are rounded to 1e-7 degree and 1 cm before anything is decided by them: no double
// reaches a verdict or an output.
//
// Pure; all const functions are thread-safe.
#ifndef CAIRN_AUDIT_COMPLETENESS_GEODESY_H_
#define CAIRN_AUDIT_COMPLETENESS_GEODESY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cairn/v1/rule_set.pb.h"

namespace cairn::completeness {

// WGS 84, 1e-7 degree (about a centimetre).
struct Geographic {
  std::int64_t latitude_e7 = 0;
  std::int64_t longitude_e7 = 0;
  friend bool operator==(const Geographic&, const Geographic&) = default;
};

// As on the paper: millimetres (northing, easting) or 1e-9 degree (latitude, longitude).
struct PaperCoordinates {
  std::int64_t first = 0;
  std::int64_t second = 0;
  friend bool operator==(const PaperCoordinates&, const PaperCoordinates&) = default;
};

// Metres on a plane that touches the earth at an origin; for distances within some tens of
// kilometres. Centimetres.
struct PlanePoint {
  std::int64_t east_cm = 0;
  std::int64_t north_cm = 0;
  friend bool operator==(const PlanePoint&, const PlanePoint&) = default;
};

// One coordinate reference system of a rule set.
class CoordinateSystem {
 public:
  // kInvalidArgument: an ellipsoid or shift that the rule set does not have, or absurd numbers.
  static absl::StatusOr<CoordinateSystem> Create(const v1::RuleSet& rules, const v1::Crs& crs);

  const std::string& code() const { return code_; }
  bool geographic() const { return projection_ == v1::PROJECTION_GEOGRAPHIC; }
  bool is_wgs84() const { return !shifted_; }
  // Whether eastings carry a zone number, or the system is one zone (UTM).
  bool zoned() const { return !geographic(); }
  // The zone number that eastings must have; 0: any, or none is written.
  std::uint32_t fixed_zone() const { return fixed_zone_; }
  bool numbered() const { return zone_degrees_ != 0; }
  v1::CoordinateUnit unit() const;

  // The zone number before an easting (0 if none); for systems that are not numbered() nothing.
  std::optional<std::uint32_t> WrittenZone(const PaperCoordinates& at) const;
  // The central meridian by which such coordinates are read; nothing if they have no valid zone.
  std::optional<std::int64_t> CentralMeridianE7(const PaperCoordinates& at) const;
  // Half the width of a zone's strip.
  std::int64_t half_zone_e7() const;

  // Nothing if the numbers name no place in this system: no such zone, beyond the pole, more than
  // 1,000 km from the central meridian.
  std::optional<Geographic> ToWgs84(const PaperCoordinates& at) const;
  // Degrees on the system's own datum, not shifted: what a place would be if that datum were
  // WGS 84. Nothing where ToWgs84 gives nothing.
  std::optional<Geographic> ToOwnDegrees(const PaperCoordinates& at) const;
  // The inverse, for tests and for showing a place as a paper would; systems with zone numbers take
  // the zone of the longitude. Nothing beyond 1,000 km from the central meridian, or 500 km where
  // eastings carry a zone number.
  std::optional<PaperCoordinates> FromWgs84(const Geographic& at) const;

  // Grid north relative to true north at the point, east positive, 1e-6 degree. 0 if geographic.
  std::int64_t ConvergenceE6(const PaperCoordinates& at) const;

 private:
  struct Ellipsoid {
    double a = 0, e2 = 0, n = 0;
    double rectifying = 0;  // Radius of the meridian arc.
    double alpha[4] = {}, beta[4] = {}, to_conformal[4] = {}, from_conformal[4] = {};
  };
  struct Radians {
    double latitude = 0;
    double longitude = 0;
  };
  struct Cartesian {
    double x = 0, y = 0, z = 0;
  };
  static Ellipsoid MakeEllipsoid(double a, double inverse_flattening);
  static Cartesian ToCartesian(const Ellipsoid& e, const Radians& at);
  static Radians FromCartesian(const Ellipsoid& e, const Cartesian& at);
  Cartesian Shift(const Cartesian& at) const;
  Cartesian Unshift(const Cartesian& at) const;
  std::optional<Radians> Unproject(const PaperCoordinates& at) const;
  std::optional<PaperCoordinates> Project(const Radians& at) const;

  std::string code_;
  v1::Projection projection_ = v1::PROJECTION_UNSPECIFIED;
  bool shifted_ = false;
  Ellipsoid own_, wgs84_;
  double t_[3] = {}, r_[3] = {}, scale_ = 1.0;  // Metres, radians (position vector), factor.
  std::int64_t zone_degrees_ = 0;               // 6 or 3 where eastings carry the zone.
  std::int64_t zone_at_greenwich_ = 1;          // The six-degree zone of 0 to 6 E; 31 for UTM.
  std::uint32_t fixed_zone_ = 0;
  std::int64_t central_meridian_e7_ = 0;
  double k0_ = 1.0;
  std::int64_t false_easting_mm_ = 0;
};

// A plane around an origin on WGS 84.
class LocalPlane {
 public:
  explicit LocalPlane(const Geographic& origin);
  PlanePoint ToPlane(const Geographic& at) const;

 private:
  Geographic origin_;
  double north_cm_per_e7_ = 0;
  double east_cm_per_e7_ = 0;
};

// The place that is `distance_mm` away from the plane's point in a true direction.
PlanePoint Offset(const PlanePoint& from, std::int64_t true_bearing_e6, std::int64_t distance_mm);

// Centimetres, rounded down. Exact below 20,000 km.
std::int64_t DistanceCm(const PlanePoint& a, const PlanePoint& b);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_GEODESY_H_
