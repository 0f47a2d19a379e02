#include "audit/completeness/geodesy.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "audit/completeness/exact_math.h"

namespace cairn::completeness {
namespace {

constexpr double kE7 = 1e7;
constexpr double kE9 = 1e9;
constexpr double kArcSecond = kRadiansPerDegree / 3600.0;
constexpr std::int64_t kZonePrefixMm = 1'000'000'000;      // 1,000 km carry the zone number.
constexpr std::int64_t kFarthestEastMm = 1'000'000'000;    // From the central meridian.
constexpr std::int64_t kFarthestNorthMm = 10'010'000'000;  // The pole, and a little.
constexpr std::int64_t kPoleE9 = 90'000'000'000;
constexpr std::int64_t kHalfTurnE9 = 180'000'000'000;
constexpr double kWgs84A = 6378137.0;
constexpr double kWgs84InverseFlattening = 298.257223563;

std::int64_t RadiansToE7(double radians) {
  return RoundToInteger(radians / kRadiansPerDegree * kE7);
}

double E7ToRadians(std::int64_t e7) { return static_cast<double>(e7) / kE7 * kRadiansPerDegree; }

// x + sum of c[j] sin(2 (j + 1) x): the series between the latitudes.
double AddSines(double x, const double (&c)[4]) {
  double sum = x;
  for (int j = 0; j < 4; ++j) sum += c[j] * Sin(2.0 * (j + 1) * x);
  return sum;
}

// Krueger's series between the spherical and the ellipsoidal transverse Mercator plane.
struct Plane {
  double xi = 0;
  double eta = 0;
};
Plane AddHyperbolicSines(const Plane& p, const double (&c)[4], double sign) {
  Plane out = p;
  for (int j = 0; j < 4; ++j) {
    const double m = 2.0 * (j + 1);
    out.xi += sign * c[j] * Sin(m * p.xi) * Cosh(m * p.eta);
    out.eta += sign * c[j] * Cos(m * p.xi) * Sinh(m * p.eta);
  }
  return out;
}

double NormalLongitude(double radians) {
  if (radians > kPi) return radians - 2 * kPi;
  if (radians < -kPi) return radians + 2 * kPi;
  return radians;
}

template <typename List>
auto FindByCode(const List& list, const std::string& code) -> decltype(&list[0]) {
  for (const auto& entry : list) {
    if (entry.code() == code) return &entry;
  }
  return nullptr;
}

}  // namespace

// Coefficients by powers of the third flattening: C. F. F. Karney, Transverse Mercator with an
// accuracy of a few nanometers, J. Geodesy 85 (2011), equations 35 and 36; conformal latitude:
// the same author, On auxiliary latitudes, tables for conformal and geographic latitude.
CoordinateSystem::Ellipsoid CoordinateSystem::MakeEllipsoid(double a, double inverse_flattening) {
  Ellipsoid e;
  const double f = 1.0 / inverse_flattening;
  const double n = f / (2.0 - f);
  const double n2 = n * n;
  const double n3 = n2 * n;
  const double n4 = n2 * n2;
  e.a = a;
  e.e2 = f * (2.0 - f);
  e.n = n;
  e.rectifying = a / (1.0 + n) * (1.0 + n2 / 4 + n4 / 64);
  e.alpha[0] = n / 2 - n2 * 2 / 3 + n3 * 5 / 16 + n4 * 41 / 180;
  e.alpha[1] = n2 * 13 / 48 - n3 * 3 / 5 + n4 * 557 / 1440;
  e.alpha[2] = n3 * 61 / 240 - n4 * 103 / 140;
  e.alpha[3] = n4 * 49561 / 161280;
  e.beta[0] = n / 2 - n2 * 2 / 3 + n3 * 37 / 96 - n4 / 360;
  e.beta[1] = n2 / 48 + n3 / 15 - n4 * 437 / 1440;
  e.beta[2] = n3 * 17 / 480 - n4 * 37 / 840;
  e.beta[3] = n4 * 4397 / 161280;
  e.to_conformal[0] = -2 * n + n2 * 2 / 3 + n3 * 4 / 3 - n4 * 82 / 45;
  e.to_conformal[1] = n2 * 5 / 3 - n3 * 16 / 15 - n4 * 13 / 9;
  e.to_conformal[2] = -n3 * 26 / 15 + n4 * 34 / 21;
  e.to_conformal[3] = n4 * 1237 / 630;
  e.from_conformal[0] = 2 * n - n2 * 2 / 3 - n3 * 2 + n4 * 116 / 45;
  e.from_conformal[1] = n2 * 7 / 3 - n3 * 8 / 5 - n4 * 227 / 45;
  e.from_conformal[2] = n3 * 56 / 15 - n4 * 136 / 35;
  e.from_conformal[3] = n4 * 4279 / 630;
  return e;
}

absl::StatusOr<CoordinateSystem> CoordinateSystem::Create(const v1::RuleSet& rules,
                                                          const v1::Crs& crs) {
  CoordinateSystem s;
  s.code_ = crs.code();
  s.projection_ = crs.projection();
  s.wgs84_ = MakeEllipsoid(kWgs84A, kWgs84InverseFlattening);
  s.own_ = s.wgs84_;
  if (crs.projection() == v1::PROJECTION_UNSPECIFIED) {
    return absl::InvalidArgumentError(absl::StrCat("crs ", crs.code(), " has no projection"));
  }
  if (!crs.datum_shift().empty()) {
    const v1::DatumShift* shift = FindByCode(rules.datum_shifts(), crs.datum_shift());
    if (shift == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("crs ", crs.code(), ": no datum shift ", crs.datum_shift()));
    }
    const v1::Ellipsoid* ellipsoid = FindByCode(rules.ellipsoids(), shift->ellipsoid());
    if (ellipsoid == nullptr || ellipsoid->semi_major_mm() < 6'000'000'000 ||
        ellipsoid->semi_major_mm() > 7'000'000'000 ||
        ellipsoid->inverse_flattening_e9() < 200'000'000'000) {
      return absl::InvalidArgumentError(
          absl::StrCat("datum shift ", shift->code(), ": no ellipsoid ", shift->ellipsoid()));
    }
    if (shift->convention() == v1::ROTATION_CONVENTION_UNSPECIFIED) {
      return absl::InvalidArgumentError(
          absl::StrCat("datum shift ", shift->code(), " does not say how it rotates"));
    }
    s.shifted_ = true;
    s.own_ = MakeEllipsoid(static_cast<double>(ellipsoid->semi_major_mm()) / 1000.0,
                           static_cast<double>(ellipsoid->inverse_flattening_e9()) / kE9);
    s.t_[0] = static_cast<double>(shift->dx_mm()) / 1000.0;
    s.t_[1] = static_cast<double>(shift->dy_mm()) / 1000.0;
    s.t_[2] = static_cast<double>(shift->dz_mm()) / 1000.0;
    // Kept as position vector rotations; a coordinate frame turns the other way.
    const double sign = shift->convention() == v1::ROTATION_CONVENTION_POSITION_VECTOR ? 1 : -1;
    s.r_[0] = sign * static_cast<double>(shift->rx_e6_arcsec()) / 1e6 * kArcSecond;
    s.r_[1] = sign * static_cast<double>(shift->ry_e6_arcsec()) / 1e6 * kArcSecond;
    s.r_[2] = sign * static_cast<double>(shift->rz_e6_arcsec()) / 1e6 * kArcSecond;
    s.scale_ = 1.0 + static_cast<double>(shift->scale_e6_ppm()) / 1e12;
  }
  if (crs.projection() == v1::PROJECTION_GEOGRAPHIC) return s;
  if (crs.scale_e9() < 900'000'000 || crs.scale_e9() > 1'100'000'000) {
    return absl::InvalidArgumentError(absl::StrCat("crs ", crs.code(), ": absurd scale_e9"));
  }
  if (crs.projection() == v1::PROJECTION_GAUSS_KRUGER_6) s.zone_degrees_ = 6;
  if (crs.projection() == v1::PROJECTION_GAUSS_KRUGER_3) s.zone_degrees_ = 3;
  if (crs.projection() == v1::PROJECTION_UTM) {
    s.zone_degrees_ = 6;
    s.zone_at_greenwich_ = 31;
  }
  s.fixed_zone_ = s.zone_degrees_ != 0 ? crs.zone() : 0;
  s.central_meridian_e7_ = crs.central_meridian_e7();
  s.k0_ = static_cast<double>(crs.scale_e9()) / kE9;
  s.false_easting_mm_ = crs.false_easting_mm();
  return s;
}

v1::CoordinateUnit CoordinateSystem::unit() const {
  return geographic() ? v1::COORDINATE_UNIT_NANODEGREE : v1::COORDINATE_UNIT_MILLIMETRE;
}

std::int64_t CoordinateSystem::half_zone_e7() const {
  return zone_degrees_ == 3 ? 15'000'000 : 30'000'000;
}

std::optional<std::uint32_t> CoordinateSystem::WrittenZone(const PaperCoordinates& at) const {
  if (!numbered()) return std::nullopt;
  if (at.second < 0 || at.second >= 200 * kZonePrefixMm) return 0;
  return static_cast<std::uint32_t>(at.second / kZonePrefixMm);
}

std::optional<std::int64_t> CoordinateSystem::CentralMeridianE7(const PaperCoordinates& at) const {
  if (geographic()) return std::nullopt;
  if (!numbered()) return central_meridian_e7_;
  const std::int64_t zone = *WrittenZone(at);
  const std::int64_t zones = 360 / zone_degrees_;
  if (zone < 1 || zone > zones) return std::nullopt;
  std::int64_t degrees = zone_degrees_ == 6 ? 6 * (zone - zone_at_greenwich_) + 3 : 3 * zone;
  if (degrees > 180) degrees -= 360;
  return degrees * 10'000'000;
}

CoordinateSystem::Cartesian CoordinateSystem::ToCartesian(const Ellipsoid& e, const Radians& at) {
  const double sine = Sin(at.latitude);
  const double cosine = Cos(at.latitude);
  const double radius = e.a / Sqrt(1.0 - e.e2 * sine * sine);
  return {radius * cosine * Cos(at.longitude), radius * cosine * Sin(at.longitude),
          radius * (1.0 - e.e2) * sine};
}

// Bowring's formula; near the surface better than 1e-12 degree. The height is dropped.
CoordinateSystem::Radians CoordinateSystem::FromCartesian(const Ellipsoid& e, const Cartesian& at) {
  const double p = Sqrt(at.x * at.x + at.y * at.y);
  const double ratio = Sqrt(1.0 - e.e2);  // b / a
  const double b = e.a * ratio;
  const double second_e2 = e.e2 / (1.0 - e.e2);
  const double theta = Atan2(at.z, p * ratio);
  const double s = Sin(theta);
  const double c = Cos(theta);
  return {Atan2(at.z + second_e2 * b * s * s * s, p - e.e2 * e.a * c * c * c), Atan2(at.y, at.x)};
}

CoordinateSystem::Cartesian CoordinateSystem::Shift(const Cartesian& p) const {
  return {t_[0] + scale_ * (p.x - r_[2] * p.y + r_[1] * p.z),
          t_[1] + scale_ * (r_[2] * p.x + p.y - r_[0] * p.z),
          t_[2] + scale_ * (-r_[1] * p.x + r_[0] * p.y + p.z)};
}

CoordinateSystem::Cartesian CoordinateSystem::Unshift(const Cartesian& p) const {
  const double x = (p.x - t_[0]) / scale_;
  const double y = (p.y - t_[1]) / scale_;
  const double z = (p.z - t_[2]) / scale_;
  return {x + r_[2] * y - r_[1] * z, -r_[2] * x + y + r_[0] * z, r_[1] * x - r_[0] * y + z};
}

std::optional<CoordinateSystem::Radians> CoordinateSystem::Unproject(
    const PaperCoordinates& at) const {
  if (geographic()) {
    if (at.first < -kPoleE9 || at.first > kPoleE9 || at.second < -kHalfTurnE9 ||
        at.second > kHalfTurnE9) {
      return std::nullopt;
    }
    return Radians{static_cast<double>(at.first) / kE9 * kRadiansPerDegree,
                   static_cast<double>(at.second) / kE9 * kRadiansPerDegree};
  }
  const std::optional<std::int64_t> meridian = CentralMeridianE7(at);
  if (!meridian.has_value()) return std::nullopt;
  if (at.first < -kFarthestNorthMm || at.first > kFarthestNorthMm) return std::nullopt;
  if (at.second < -kFarthestEastMm || at.second > 200 * kZonePrefixMm) return std::nullopt;
  const std::int64_t easting =
      (numbered() ? at.second % kZonePrefixMm : at.second) - false_easting_mm_;
  if (easting < -kFarthestEastMm || easting > kFarthestEastMm) return std::nullopt;
  const double radius = own_.rectifying * k0_ * 1000.0;
  const Plane sphere = AddHyperbolicSines(
      {static_cast<double>(at.first) / radius, static_cast<double>(easting) / radius}, own_.beta,
      -1.0);
  const double sinh_eta = Sinh(sphere.eta);
  const double cos_xi = Cos(sphere.xi);
  const double conformal = Atan2(Sin(sphere.xi), Sqrt(sinh_eta * sinh_eta + cos_xi * cos_xi));
  const double from_meridian = Atan2(sinh_eta, cos_xi);
  return Radians{AddSines(conformal, own_.from_conformal),
                 NormalLongitude(E7ToRadians(*meridian) + from_meridian)};
}

std::optional<PaperCoordinates> CoordinateSystem::Project(const Radians& at) const {
  if (geographic()) {
    return PaperCoordinates{RoundToInteger(at.latitude / kRadiansPerDegree * kE9),
                            RoundToInteger(at.longitude / kRadiansPerDegree * kE9)};
  }
  std::int64_t zone = 0;
  std::int64_t meridian_e7 = central_meridian_e7_;
  if (numbered()) {
    const double degrees = at.longitude / kRadiansPerDegree;
    const double east = degrees < 0 ? degrees + 360.0 : degrees;
    zone = zone_degrees_ == 6
               ? (static_cast<std::int64_t>(east / 6.0) + zone_at_greenwich_ - 1) % 60 + 1
               : RoundToInteger(east / 3.0);
    if (fixed_zone_ != 0) zone = fixed_zone_;
    const std::optional<std::int64_t> meridian = CentralMeridianE7({0, zone * kZonePrefixMm});
    if (!meridian.has_value()) return std::nullopt;
    meridian_e7 = *meridian;
  }
  const double from_meridian = NormalLongitude(at.longitude - E7ToRadians(meridian_e7));
  const double conformal = AddSines(at.latitude, own_.to_conformal);
  const double cosine = Cos(conformal);
  const Plane sphere{Atan2(Sin(conformal), cosine * Cos(from_meridian)),
                     Atanh(cosine * Sin(from_meridian))};
  const Plane plane = AddHyperbolicSines(sphere, own_.alpha, 1.0);
  const double radius = own_.rectifying * k0_ * 1000.0;
  const std::int64_t easting = RoundToInteger(plane.eta * radius);
  if (easting < -kFarthestEastMm || easting > kFarthestEastMm) return std::nullopt;
  const std::int64_t written = easting + false_easting_mm_;
  // Beyond 500 km the digits would run into the zone's number.
  if (numbered() && (written < 0 || written >= kZonePrefixMm)) return std::nullopt;
  return PaperCoordinates{RoundToInteger(plane.xi * radius), written + zone * kZonePrefixMm};
}

std::optional<Geographic> CoordinateSystem::ToWgs84(const PaperCoordinates& at) const {
  std::optional<Radians> p = Unproject(at);
  if (!p.has_value()) return std::nullopt;
  if (shifted_) p = FromCartesian(wgs84_, Shift(ToCartesian(own_, *p)));
  return Geographic{RadiansToE7(p->latitude), RadiansToE7(p->longitude)};
}

std::optional<Geographic> CoordinateSystem::ToOwnDegrees(const PaperCoordinates& at) const {
  const std::optional<Radians> p = Unproject(at);
  if (!p.has_value()) return std::nullopt;
  return Geographic{RadiansToE7(p->latitude), RadiansToE7(p->longitude)};
}

std::optional<PaperCoordinates> CoordinateSystem::FromWgs84(const Geographic& at) const {
  Radians p{E7ToRadians(at.latitude_e7), E7ToRadians(at.longitude_e7)};
  if (shifted_) p = FromCartesian(own_, Unshift(ToCartesian(wgs84_, p)));
  return Project(p);
}

// tan(convergence) = tan(longitude from the meridian) sin(latitude): the spherical value, within
// 0.001 degree of the ellipsoidal one inside a zone.
std::int64_t CoordinateSystem::ConvergenceE6(const PaperCoordinates& at) const {
  const std::optional<std::int64_t> meridian = CentralMeridianE7(at);
  const std::optional<Radians> p = meridian.has_value() ? Unproject(at) : std::nullopt;
  if (!p.has_value()) return 0;
  const double from_meridian = NormalLongitude(p->longitude - E7ToRadians(*meridian));
  const double value = Atan2(Sin(from_meridian) * Sin(p->latitude), Cos(from_meridian));
  return RoundToInteger(value / kRadiansPerDegree * 1e6);
}

LocalPlane::LocalPlane(const Geographic& origin) : origin_(origin) {
  constexpr double kF = 1.0 / kWgs84InverseFlattening;
  constexpr double kE2 = kF * (2.0 - kF);
  const double latitude = E7ToRadians(origin.latitude_e7);
  const double s = Sin(latitude);
  const double w2 = 1.0 - kE2 * s * s;
  const double w = Sqrt(w2);
  const double cm_per_e7 = 100.0 * kRadiansPerDegree / kE7;
  north_cm_per_e7_ = kWgs84A * (1.0 - kE2) / (w2 * w) * cm_per_e7;
  east_cm_per_e7_ = kWgs84A / w * Cos(latitude) * cm_per_e7;
}

PlanePoint LocalPlane::ToPlane(const Geographic& at) const {
  return {
      RoundToInteger(static_cast<double>(at.longitude_e7 - origin_.longitude_e7) * east_cm_per_e7_),
      RoundToInteger(static_cast<double>(at.latitude_e7 - origin_.latitude_e7) * north_cm_per_e7_)};
}

PlanePoint Offset(const PlanePoint& from, std::int64_t true_bearing_e6, std::int64_t distance_mm) {
  const double bearing =
      static_cast<double>(true_bearing_e6 % 360'000'000) / 1e6 * kRadiansPerDegree;
  const double cm = static_cast<double>(distance_mm) / 10.0;
  return {from.east_cm + RoundToInteger(cm * Sin(bearing)),
          from.north_cm + RoundToInteger(cm * Cos(bearing))};
}

std::int64_t DistanceCm(const PlanePoint& a, const PlanePoint& b) {
  constexpr std::int64_t kFarthest = 2'000'000'000;  // 20,000 km: squares still fit.
  const std::int64_t east = a.east_cm - b.east_cm;
  const std::int64_t north = a.north_cm - b.north_cm;
  if (east > kFarthest || east < -kFarthest || north > kFarthest || north < -kFarthest) {
    return kFarthest;
  }
  return IntegerRoot(east * east + north * north);
}

}  // namespace cairn::completeness
