"""WGS 84 to SK-42 and its Gauss-Kruger zones, written apart from the engine that it tests.

Floating point is used, and every result is rounded to at least a millimetre before it is written:
libraries of sine and cosine differ in the last bit only. Axis order is that of the paper: X is the
northing, Y the easting with the zone's number before it.
"""

import math

WGS84 = (6378137.0, 1 / 298.257223563)
KRASSOWSKY = (6378245.0, 1 / 298.3)

# EPSG operation 15865, SK-42 to WGS 84, coordinate frame rotation: metres, arc seconds, ppm.
SHIFT = (25.0, -141.0, -78.5)
ROTATION = (0.0, -0.35, -0.736)

CENTRAL_MERIDIAN = 45.0  # Of six-degree zone 8.
FALSE_EASTING = 8500000.0


def _to_xyz(lat, lon, ellipsoid):
    a, f = ellipsoid
    e2 = f * (2 - f)
    n = a / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    return (n * math.cos(lat) * math.cos(lon), n * math.cos(lat) * math.sin(lon),
            n * (1 - e2) * math.sin(lat))


def _from_xyz(x, y, z, ellipsoid):
    a, f = ellipsoid
    e2 = f * (2 - f)
    p = math.hypot(x, y)
    lat = math.atan2(z, p * (1 - e2))
    for _ in range(6):
        n = a / math.sqrt(1 - e2 * math.sin(lat) ** 2)
        lat = math.atan2(z + e2 * n * math.sin(lat), p)
    return lat, math.atan2(y, x)


def _rotation():
    rx, ry, rz = (math.radians(r / 3600) for r in ROTATION)
    return ((1, rz, -ry), (-rz, 1, rx), (ry, -rx, 1))  # Coordinate frame convention.


def sk42_to_wgs84(lat_deg, lon_deg):
    xyz = _to_xyz(math.radians(lat_deg), math.radians(lon_deg), KRASSOWSKY)
    moved = [SHIFT[i] + sum(row[j] * xyz[j] for j in range(3)) for i, row in enumerate(_rotation())]
    lat, lon = _from_xyz(*moved, WGS84)
    return math.degrees(lat), math.degrees(lon)


def wgs84_to_sk42(lat_deg, lon_deg):
    xyz = _to_xyz(math.radians(lat_deg), math.radians(lon_deg), WGS84)
    rows = _rotation()
    less = [xyz[i] - SHIFT[i] for i in range(3)]
    back = [sum(rows[j][i] * less[j] for j in range(3)) for i in range(3)]  # Transposed.
    lat, lon = _from_xyz(*back, KRASSOWSKY)
    return math.degrees(lat), math.degrees(lon)


def _series(f):
    n = f / (2 - f)
    alpha = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
             13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
             61 * n**3 / 240 - 103 * n**4 / 140, 49561 * n**4 / 161280)
    beta = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
            n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
            17 * n**3 / 480 - 37 * n**4 / 840, 4397 * n**4 / 161280)
    return n, alpha, beta


_N, _ALPHA, _BETA = _series(KRASSOWSKY[1])
_RADIUS = KRASSOWSKY[0] / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_ECC = math.sqrt(KRASSOWSKY[1] * (2 - KRASSOWSKY[1]))


def project(lat_deg, lon_deg, meridian=CENTRAL_MERIDIAN, false_easting=FALSE_EASTING):
    """SK-42 degrees to (X, Y) metres: Kruger's series of 1912 to the fourth order."""
    s = math.sin(math.radians(lat_deg))
    lam = math.radians(lon_deg - meridian)
    t = math.sinh(math.atanh(s) - _ECC * math.atanh(_ECC * s))
    xi = math.atan2(t, math.cos(lam))
    eta = math.asinh(math.sin(lam) / math.hypot(t, math.cos(lam)))
    x, y = xi, eta
    for k, a in enumerate(_ALPHA, 1):
        x += a * math.sin(2 * k * xi) * math.cosh(2 * k * eta)
        y += a * math.cos(2 * k * xi) * math.sinh(2 * k * eta)
    return _RADIUS * x, _RADIUS * y + false_easting


def unproject(x, y, meridian=CENTRAL_MERIDIAN, false_easting=FALSE_EASTING):
    """(X, Y) metres to SK-42 degrees."""
    xi0, eta0 = x / _RADIUS, (y - false_easting) / _RADIUS
    xi, eta = xi0, eta0
    for k, b in enumerate(_BETA, 1):
        xi -= b * math.sin(2 * k * xi0) * math.cosh(2 * k * eta0)
        eta -= b * math.cos(2 * k * xi0) * math.sinh(2 * k * eta0)
    t0 = math.sin(xi) / math.hypot(math.sinh(eta), math.cos(xi))
    t = t0
    for _ in range(6):  # tan of latitude from tan of conformal latitude (Newton).
        w = math.sqrt(1 + t * t)
        sigma = math.sinh(_ECC * math.atanh(_ECC * t / w))
        ti = t * math.sqrt(1 + sigma * sigma) - sigma * w
        e2 = _ECC * _ECC
        t += (t0 - ti) / math.sqrt(1 + ti * ti) * (1 + (1 - e2) * t * t) / ((1 - e2) * w)
    lon = math.atan2(math.sinh(eta), math.cos(xi))
    return math.degrees(math.atan(t)), meridian + math.degrees(lon)


def wgs84_to_grid(lat_deg, lon_deg):
    return project(*wgs84_to_sk42(lat_deg, lon_deg))


def grid_to_wgs84(x, y):
    return sk42_to_wgs84(*unproject(x, y))


def convergence(x, y):
    """Meridian convergence in degrees, east positive: from true north to grid north."""
    lat, lon = unproject(x, y)
    lam = math.radians(lon - CENTRAL_MERIDIAN)
    return math.degrees(math.atan(math.tan(lam) * math.sin(math.radians(lat))))


def other_datum(x, y):
    """Where the paper puts (x, y) if its WGS 84 degrees were taken for SK-42 degrees: 102 to 103 m off."""
    return project(*grid_to_wgs84(x, y))


_LETTERS_25 = "абвг"
_LETTERS_50 = "АБВГ"


def sheet(x, y, scale):
    """Nomenclature of the map sheet at a scale of 1:100,000, 1:50,000 or 1:25,000, in Cyrillic."""
    lat, lon = unproject(x, y)
    row, column = int(lat // 4), int(lon // 6)
    south, west = row * 4.0, column * 6.0
    down = int((south + 4 - lat) * 3)        # Rows of 20', counted from the north.
    across = int((lon - west) * 2)           # Columns of 30'.
    name = f"{'ABCDEFGHIJKLMNOP'[row]}-{31 + column}-{down * 12 + across + 1}"
    north, left = south + 4 - down / 3, west + across / 2
    height, width = 1 / 3, 1 / 2
    for letters, finest in ((_LETTERS_50, 50000), (_LETTERS_25, 25000)):
        if scale > finest:
            break
        height, width = height / 2, width / 2
        d, a = int((north - lat) / height), int((lon - left) / width)
        name += "-" + letters[d * 2 + a]
        north, left = north - d * height, left + a * width
    return name
