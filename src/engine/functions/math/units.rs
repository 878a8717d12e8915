//! Units of measure by the names that Kusto has for them, with what one of them is in the unit of the table.
//!
//! A unit whose factor differs between the versions of the library that Kusto converts with is listed without one:
//! it is refused, so that no digit is guessed.

use datafusion::arrow::array::Float64Builder;
use std::f64::consts::PI;
use std::sync::Arc;

use crate::engine::functions::prelude::*;

#[derive(Clone, Copy)]
pub(super) enum Unit {
    /// So many of the table's unit.
    Times(f64),
    /// So many of the table's unit, and then so many more.
    TimesPlus(f64, f64),
    /// A slope, by its sine.
    Sine,
    NotEstablished,
}

use Unit::{NotEstablished, Sine, Times, TimesPlus};

pub(super) type Units = &'static [(&'static str, Unit)];

/// Null for a name that is no unit.
pub(super) fn convert(call: &Call<'_>, units: Units) -> Result<ArrayRef> {
    let (values, from, to) = (call.reals(0), call.strings(1), call.strings(2));
    let mut converted = Float64Builder::with_capacity(call.rows());
    for row in 0..call.rows() {
        let value = match (values.get(row), find(call, units, from.get(row))?, find(call, units, to.get(row))?) {
            (Some(value), Some(from), Some(to)) => {
                Some(if from.0 == to.0 { value } else { to.1.of(from.1.base(value)) })
            }
            _ => None,
        };
        converted.append_option(value);
    }
    Ok(Arc::new(converted.finish()))
}

fn find(call: &Call<'_>, units: Units, name: &str) -> Result<Option<(&'static str, Unit)>> {
    match units.iter().find(|(unit, _)| unit.eq_ignore_ascii_case(name)) {
        Some((unit, NotEstablished)) => Err(call.error(&format!("what '{unit}' is worth in Kusto is not established"))),
        Some((unit, _)) if *unit != name => {
            Err(call.error(&format!("whether Kusto takes '{name}' for '{unit}' is not established")))
        }
        found => Ok(found.copied()),
    }
}

impl Unit {
    fn base(self, value: f64) -> f64 {
        match self {
            Times(factor) => value * factor,
            TimesPlus(factor, more) => value * factor + more,
            Sine => value.asin().to_degrees(),
            NotEstablished => f64::NAN,
        }
    }

    fn of(self, base: f64) -> f64 {
        match self {
            Times(factor) => base / factor,
            TimesPlus(factor, more) => (base - more) / factor,
            Sine => base.to_radians().sin(),
            NotEstablished => f64::NAN,
        }
    }
}

const RADIAN: f64 = 180.0 / PI;

/// In degrees.
pub(super) const ANGLE: Units = &[
    ("Arcminute", Times(1.0 / 60.0)),
    ("Arcsecond", Times(1.0 / 3600.0)),
    ("Centiradian", Times(RADIAN * 1e-2)),
    ("Deciradian", Times(RADIAN * 1e-1)),
    ("Degree", Times(1.0)),
    ("Gradian", Times(0.9)),
    ("Microdegree", Times(1e-6)),
    ("Microradian", Times(RADIAN * 1e-6)),
    ("Millidegree", Times(1e-3)),
    ("Milliradian", Times(RADIAN * 1e-3)),
    ("Nanodegree", Times(1e-9)),
    ("Nanoradian", Times(RADIAN * 1e-9)),
    ("NatoMil", Times(9.0 / 160.0)),
    ("Radian", Times(RADIAN)),
    ("Revolution", Times(360.0)),
    ("Tilt", Sine),
];

const BRITISH_THERMAL_UNIT: f64 = 1_055.055_852_62;
const CALORIE: f64 = 4.184;

/// In joules.
pub(super) const ENERGY: Units = &[
    ("BritishThermalUnit", Times(BRITISH_THERMAL_UNIT)),
    ("Calorie", Times(CALORIE)),
    ("DecathermEc", Times(BRITISH_THERMAL_UNIT * 1e6)),
    ("DecathermImperial", NotEstablished),
    ("DecathermUs", Times(1.054_804e9)),
    ("ElectronVolt", NotEstablished),
    ("Erg", Times(1e-7)),
    ("FootPound", Times(1.355_817_948)),
    ("GigabritishThermalUnit", Times(BRITISH_THERMAL_UNIT * 1e9)),
    ("GigaelectronVolt", NotEstablished),
    ("Gigajoule", Times(1e9)),
    ("GigawattDay", Times(86_400e9)),
    ("GigawattHour", Times(3_600e9)),
    ("HorsepowerHour", Times(2_684_519.537_696_173)),
    ("Joule", Times(1.0)),
    ("KilobritishThermalUnit", Times(BRITISH_THERMAL_UNIT * 1e3)),
    ("Kilocalorie", Times(CALORIE * 1e3)),
    ("KiloelectronVolt", NotEstablished),
    ("Kilojoule", Times(1e3)),
    ("KilowattDay", Times(86_400e3)),
    ("KilowattHour", Times(3_600e3)),
    ("MegabritishThermalUnit", Times(BRITISH_THERMAL_UNIT * 1e6)),
    ("Megacalorie", Times(CALORIE * 1e6)),
    ("MegaelectronVolt", NotEstablished),
    ("Megajoule", Times(1e6)),
    ("MegawattDay", Times(86_400e6)),
    ("MegawattHour", Times(3_600e6)),
    ("Millijoule", Times(1e-3)),
    ("TeraelectronVolt", NotEstablished),
    ("TerawattDay", Times(86_400e12)),
    ("TerawattHour", Times(3_600e12)),
    ("ThermEc", Times(BRITISH_THERMAL_UNIT * 1e5)),
    ("ThermImperial", NotEstablished),
    ("ThermUs", Times(1.054_804e8)),
    ("WattDay", Times(86_400.0)),
    ("WattHour", Times(3_600.0)),
];

/// In newtons.
pub(super) const FORCE: Units = &[
    ("Decanewton", Times(10.0)),
    ("Dyn", Times(1e-5)),
    ("KilogramForce", NotEstablished),
    ("Kilonewton", Times(1e3)),
    ("KiloPond", NotEstablished),
    ("KilopoundForce", Times(4_448.221_615_260_5)),
    ("Meganewton", Times(1e6)),
    ("Micronewton", Times(1e-6)),
    ("Millinewton", Times(1e-3)),
    ("Newton", Times(1.0)),
    ("OunceForce", Times(0.278_013_850_953_781_2)),
    ("Poundal", Times(0.138_254_954_376)),
    ("PoundForce", Times(4.448_221_615_260_5)),
    ("ShortTonForce", Times(8_896.443_230_521)),
    ("TonneForce", NotEstablished),
];

const LIGHT_YEAR: f64 = 9.460_730_472_58e15;
const PARSEC: f64 = 3.085_677_581_28e16;

/// In metres.
pub(super) const LENGTH: Units = &[
    ("Angstrom", Times(1e-10)),
    ("AstronomicalUnit", Times(1.495_978_707_00e11)),
    ("Centimeter", Times(1e-2)),
    ("Chain", Times(20.116_8)),
    ("DataMile", Times(1_828.8)),
    ("Decameter", Times(10.0)),
    ("Decimeter", Times(1e-1)),
    ("DtpPica", Times(0.025_4 / 6.0)),
    ("DtpPoint", Times(0.025_4 / 72.0)),
    ("Fathom", Times(1.828_8)),
    ("Foot", Times(0.304_8)),
    ("Hand", Times(0.101_6)),
    ("Hectometer", Times(100.0)),
    ("Inch", Times(0.025_4)),
    ("KilolightYear", Times(LIGHT_YEAR * 1e3)),
    ("Kilometer", Times(1e3)),
    ("Kiloparsec", Times(PARSEC * 1e3)),
    ("LightYear", Times(LIGHT_YEAR)),
    ("MegalightYear", Times(LIGHT_YEAR * 1e6)),
    ("Megaparsec", Times(PARSEC * 1e6)),
    ("Meter", Times(1.0)),
    ("Microinch", Times(2.54e-8)),
    ("Micrometer", Times(1e-6)),
    ("Mil", Times(2.54e-5)),
    ("Mile", NotEstablished),
    ("Millimeter", Times(1e-3)),
    ("Nanometer", Times(1e-9)),
    ("NauticalMile", Times(1_852.0)),
    ("Parsec", Times(PARSEC)),
    ("PrinterPica", NotEstablished),
    ("PrinterPoint", Times(0.025_4 / 72.27)),
    ("Shackle", Times(27.432)),
    ("SolarRadius", NotEstablished),
    ("Twip", Times(0.025_4 / 1_440.0)),
    ("UsSurveyFoot", Times(1_200.0 / 3_937.0)),
    ("Yard", Times(0.914_4)),
];

/// In kilograms.
pub(super) const MASS: Units = &[
    ("Centigram", Times(1e-5)),
    ("Decagram", Times(1e-2)),
    ("Decigram", Times(1e-4)),
    ("EarthMass", NotEstablished),
    ("Grain", Times(6.479_891e-5)),
    ("Gram", Times(1e-3)),
    ("Hectogram", Times(1e-1)),
    ("Kilogram", Times(1.0)),
    ("Kilopound", Times(453.592_37)),
    ("Kilotonne", Times(1e6)),
    ("LongHundredweight", Times(50.802_345_44)),
    ("LongTon", Times(1_016.046_908_8)),
    ("Megapound", Times(453_592.37)),
    ("Megatonne", Times(1e9)),
    ("Microgram", Times(1e-9)),
    ("Milligram", Times(1e-6)),
    ("Nanogram", Times(1e-12)),
    ("Ounce", NotEstablished),
    ("Pound", Times(0.453_592_37)),
    ("ShortHundredweight", Times(45.359_237)),
    ("ShortTon", Times(907.184_74)),
    ("Slug", Times(14.593_902_937_206_4)),
    ("SolarMass", NotEstablished),
    ("Stone", Times(6.350_293_18)),
    ("Tonne", Times(1e3)),
];

/// In metres in a second.
pub(super) const SPEED: Units = &[
    ("CentimeterPerHour", Times(1e-2 / 3_600.0)),
    ("CentimeterPerMinute", Times(1e-2 / 60.0)),
    ("CentimeterPerSecond", Times(1e-2)),
    ("DecimeterPerMinute", Times(1e-1 / 60.0)),
    ("DecimeterPerSecond", Times(1e-1)),
    ("FootPerHour", Times(0.304_8 / 3_600.0)),
    ("FootPerMinute", Times(0.304_8 / 60.0)),
    ("FootPerSecond", Times(0.304_8)),
    ("InchPerHour", Times(0.025_4 / 3_600.0)),
    ("InchPerMinute", Times(0.025_4 / 60.0)),
    ("InchPerSecond", Times(0.025_4)),
    ("KilometerPerHour", Times(1e3 / 3_600.0)),
    ("KilometerPerMinute", Times(1e3 / 60.0)),
    ("KilometerPerSecond", Times(1e3)),
    ("Knot", NotEstablished),
    ("MeterPerHour", Times(1.0 / 3_600.0)),
    ("MeterPerMinute", Times(1.0 / 60.0)),
    ("MeterPerSecond", Times(1.0)),
    ("MicrometerPerMinute", Times(1e-6 / 60.0)),
    ("MicrometerPerSecond", Times(1e-6)),
    ("MilePerHour", Times(0.447_04)),
    ("MillimeterPerHour", Times(1e-3 / 3_600.0)),
    ("MillimeterPerMinute", Times(1e-3 / 60.0)),
    ("MillimeterPerSecond", Times(1e-3)),
    ("NanometerPerMinute", Times(1e-9 / 60.0)),
    ("NanometerPerSecond", Times(1e-9)),
    ("UsSurveyFootPerHour", Times(1_200.0 / 3_937.0 / 3_600.0)),
    ("UsSurveyFootPerMinute", Times(1_200.0 / 3_937.0 / 60.0)),
    ("UsSurveyFootPerSecond", Times(1_200.0 / 3_937.0)),
    ("YardPerHour", Times(0.914_4 / 3_600.0)),
    ("YardPerMinute", Times(0.914_4 / 60.0)),
    ("YardPerSecond", Times(0.914_4)),
];

/// In kelvins.
pub(super) const TEMPERATURE: Units = &[
    ("DegreeCelsius", TimesPlus(1.0, 273.15)),
    ("DegreeDelisle", TimesPlus(-2.0 / 3.0, 373.15)),
    ("DegreeFahrenheit", TimesPlus(5.0 / 9.0, 459.67 * 5.0 / 9.0)),
    ("DegreeNewton", TimesPlus(100.0 / 33.0, 273.15)),
    ("DegreeRankine", Times(5.0 / 9.0)),
    ("DegreeReaumur", TimesPlus(1.25, 273.15)),
    ("DegreeRoemer", TimesPlus(40.0 / 21.0, 273.15 - 7.5 * 40.0 / 21.0)),
    ("Kelvin", Times(1.0)),
    ("MillidegreeCelsius", TimesPlus(1e-3, 273.15)),
    ("SolarTemperature", Times(5_778.0)),
];

/// In cubic metres.
pub(super) const VOLUME: Units = &[
    ("AcreFoot", Times(1.0 / 0.000_810_714)),
    ("AuTablespoon", Times(2e-5)),
    ("BoardFoot", NotEstablished),
    ("Centiliter", Times(1e-5)),
    ("CubicCentimeter", Times(1e-6)),
    ("CubicDecimeter", Times(1e-3)),
    ("CubicFoot", NotEstablished),
    ("CubicHectometer", Times(1e6)),
    ("CubicInch", NotEstablished),
    ("CubicKilometer", Times(1e9)),
    ("CubicMeter", Times(1.0)),
    ("CubicMicrometer", Times(1e-18)),
    ("CubicMile", NotEstablished),
    ("CubicMillimeter", Times(1e-9)),
    ("CubicYard", NotEstablished),
    ("Decaliter", Times(1e-2)),
    ("DecausGallon", NotEstablished),
    ("Deciliter", Times(1e-4)),
    ("DeciusGallon", NotEstablished),
    ("HectocubicFoot", NotEstablished),
    ("HectocubicMeter", Times(100.0)),
    ("Hectoliter", Times(1e-1)),
    ("HectousGallon", NotEstablished),
    ("ImperialBeerBarrel", Times(0.163_659_24)),
    ("ImperialGallon", Times(0.004_546_09)),
    ("ImperialOunce", Times(2.841_306_25e-5)),
    ("ImperialPint", Times(5.682_612_5e-4)),
    ("KilocubicFoot", NotEstablished),
    ("KilocubicMeter", Times(1e3)),
    ("KiloimperialGallon", Times(4.546_09)),
    ("Kiloliter", Times(1.0)),
    ("KilousGallon", NotEstablished),
    ("Liter", Times(1e-3)),
    ("MegacubicFoot", NotEstablished),
    ("MegaimperialGallon", Times(4_546.09)),
    ("Megaliter", Times(1e3)),
    ("MegausGallon", NotEstablished),
    ("MetricCup", Times(2.5e-4)),
    ("MetricTeaspoon", Times(5e-6)),
    ("Microliter", Times(1e-9)),
    ("Milliliter", Times(1e-6)),
    ("OilBarrel", Times(0.158_987_294_928)),
    ("UkTablespoon", Times(1.5e-5)),
    ("UsBeerBarrel", NotEstablished),
    ("UsCustomaryCup", Times(2.365_882_365e-4)),
    ("UsGallon", NotEstablished),
    ("UsLegalCup", Times(2.4e-4)),
    ("UsOunce", Times(2.957_352_956_25e-5)),
    ("UsPint", Times(4.731_764_73e-4)),
    ("UsQuart", Times(9.463_529_46e-4)),
    ("UsTablespoon", Times(1.478_676_478_125e-5)),
    ("UsTeaspoon", Times(4.928_921_593_75e-6)),
];
