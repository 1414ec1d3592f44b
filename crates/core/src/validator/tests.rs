use super::*;
use rushhour_base::conversation::{Currency, Date};

mod safety;
mod verdicts;

/// What a text claims, in plain notation, one after the other.
fn said(text: &str) -> String {
    let value = |claim: &Claim| match &claim.value {
        Some(value) => value.to_string(),
        None => format!("{:?}", claim.kind),
    };
    claims(text).iter().map(value).collect::<Vec<_>>().join(" | ")
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, want)| said(text) != *want)
        .map(|(text, want)| format!("{text:?}: got {:?}, want {want:?}", said(text)))
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn money_in_many_notations() {
    check(&[
        ("It costs $47.15.", "47.15 USD"),
        ("It costs $1,234.50 in all.", "1234.50 USD"),
        ("It costs USD 1,234.50, I am told.", "1234.50 USD"),
        ("It is USD47.15 now.", "47.15 USD"),
        ("It is 47.15USD now.", "47.15 USD"),
        ("The price is US$ 47.15.", "47.15 USD"),
        ("The price is A$47.15.", "Money"),
        ("It is £12 now.", "Money"),
        ("It is CHF 1'234.50 now.", "Money"),
        ("It is EUR 1'234.50 now.", "1234.50 EUR"),
        ("The fee is $12k a year.", "12000.00 USD"),
        ("The fee is 1.5 million euros.", "1500000.00 EUR"),
        ("That is forty-seven euros and fifteen cents.", "47.15 EUR"),
        ("That is forty seven dollars.", "47.00 USD"),
        ("That is one hundred and twenty dollars.", "120.00 USD"),
        ("That is one thousand two hundred dollars and one cent.", "1200.01 USD"),
        ("That is a hundred dollars.", "100.00 USD"),
        ("That is one dollar, and a euro.", "1.00 USD | 1.00 EUR"),
        ("You owe -$5.00 now.", "-5.00 USD"),
        ("You owe minus five dollars.", "-5.00 USD"),
        ("It is between $40 and $50.", "40.00 USD | 50.00 USD"),
        ("It is $40-50 each.", "40.00 USD | 50.00 USD"),
        ("It is $40-$50 each.", "40.00 USD | 50.00 USD"),
        ("It is 40 to 50 dollars.", "40.00 USD | 50.00 USD"),
        ("It costs 99 cents.", "Money"),
        ("Es kostet 47,15 €.", "47.15 EUR"),
        ("Es kostet 1.234,50 € für alle.", "1234.50 EUR"),
        ("Es kostet EUR 1.234,50 für alle.", "1234.50 EUR"),
        ("Das macht 47,- € für Sie.", "47.00 EUR"),
        ("Das macht 47.– Franken für Sie.", "Money"),
        ("Es kostet vierzig Euro.", "40.00 EUR"),
        ("Es kostet siebenundvierzig Euro und fünfzehn Cent.", "47.15 EUR"),
        ("Es kostet einen Euro.", "1.00 EUR"),
        ("Es sind 1,5 Mio. Euro.", "1500000.00 EUR"),
        ("Es sind eintausendzweihundert Dollar.", "1200.00 USD"),
        ("Es sind vier Komma fünf Millionen Euro.", "4500000.00 EUR"),
        ("Son cuarenta euros.", "40.00 EUR"),
        ("Son cuarenta y siete euros con quince céntimos.", "47.15 EUR"),
        ("Son cuarenta y siete euros con quince.", "47.15 EUR"),
        ("Son cuarenta y siete con quince euros.", "47.15 EUR"),
        ("Son 40 euros con 3 cajas.", "40.00 EUR | 3"),
        ("Das sind 47 Euro 15, bitte.", "47.15 EUR"),
        ("Das sind 47 Euro 15 Prozent günstiger.", "47.00 EUR | 15.00 %"),
        ("That is 47 dollars, 15 cents.", "47.15 USD"),
        ("Son mil doscientos dólares.", "1200.00 USD"),
        ("Son 3 millones de euros.", "3000000.00 EUR"),
        ("El precio es 1.234,50 € en total.", "1234.50 EUR"),
        ("El precio es 1 234,50 € en total.", "1234.50 EUR"),
        ("El precio es EUR 1 234 567 en total.", "1234567.00 EUR"),
        ("La caja 12 300 cuesta 5 €.", "12 | 300 | 5.00 EUR"),
    ]);
}

#[test]
fn percentages() {
    check(&[
        ("The rate is 4.25 % a year.", "4.25 %"),
        ("The rate is 4.25% a year.", "4.25 %"),
        ("The rate is four point two five percent.", "4.25 %"),
        ("The rate is four and a half percent.", "4.50 %"),
        ("Der Satz ist dreieinhalb Prozent.", "3.50 %"),
        ("El interés es del tres y medio por ciento.", "3.50 %"),
        ("You get ten per cent off.", "10.00 %"),
        ("You get 10-15% off.", "10.00 % | 15.00 %"),
        ("Der Satz ist 4,25 % im Jahr.", "4.25 %"),
        ("Der Satz ist vier Komma zwei fünf Prozent.", "4.25 %"),
        ("Der Satz ist vier Komma fünfundzwanzig Prozent.", "4.25 %"),
        ("El interés es 4,25 por ciento.", "4.25 %"),
        ("El interés es el cuatro coma veinticinco por ciento.", "4.25 %"),
        ("El interés es del diez por ciento.", "10.00 %"),
    ]);
}

#[test]
fn days() {
    check(&[
        ("It is due on 2026-03-03.", "2026-03-03"),
        ("It is due on 3 March 2026.", "2026-03-03"),
        ("It is due on March 3rd.", "0-03-03"),
        ("It is due on March 3, 2026.", "2026-03-03"),
        ("It is due on the 3rd of March.", "0-03-03"),
        ("It is due on the twenty-first of March 2026.", "2026-03-21"),
        ("It is due on 3/4/2026 at the latest.", "2026-03-04"),
        ("It is due on 13/4/2026 at the latest.", "2026-04-13"),
        ("You may come in March 2026.", ""),
        ("It is due on 24/07 at the latest.", "0-07-24"),
        ("We are here 24/7 for you.", "24 | 7"),
        ("Es ist am 3. März 2026 fällig.", "2026-03-03"),
        ("Es ist am 3. März fällig.", "0-03-03"),
        ("Es ist am dritten März fällig.", "0-03-03"),
        ("Es ist am einundzwanzigsten März fällig.", "0-03-21"),
        ("Es ist am 03.04.2026 fällig.", "2026-04-03"),
        ("Es ist am 03.04. fällig.", "0-04-03"),
        ("Es ist am 15.4. fällig.", "0-04-15"),
        ("Vence el 3 de marzo de 2026.", "2026-03-03"),
        ("Vence el tres de marzo.", "0-03-03"),
        ("Vence el 03/04/2026 para todos.", "2026-04-03"),
        ("Vence entre el 3 y el 5 de marzo.", "3 | 0-03-05"),
    ]);
}

#[test]
fn times() {
    check(&[
        ("It opens at 15:05 today.", "15:05"),
        ("It opens at 3:05 pm today.", "15:05"),
        ("It opens at 3 p.m. Come early.", "15:00"),
        ("It opens at 12 a.m. Come early.", "00:00"),
        ("It opens at half past three.", "03:30"),
        ("It opens at a quarter to four.", "03:45"),
        ("It opens at three o'clock in the afternoon.", "15:00"),
        ("It opens at ten past three.", "03:10"),
        ("It opens at noon.", "12:00"),
        ("It is open from 9:00 to 17:00.", "09:00 | 17:00"),
        ("Es öffnet um 15 Uhr.", "15:00"),
        ("Es öffnet um 15 Uhr 5.", "15:05"),
        ("Es öffnet um 15.30 Uhr.", "15:30"),
        ("Es öffnet um 15:30 Uhr.", "15:30"),
        ("Es öffnet um halb vier.", "03:30"),
        ("Es öffnet um Viertel vor vier.", "03:45"),
        ("Es öffnet um drei Uhr nachmittags.", "15:00"),
        ("Es öffnet um zehn nach drei.", "03:10"),
        ("Es ist von 9-17 Uhr offen.", "09:00 | 17:00"),
        ("Abre a las tres y cinco.", "03:05"),
        ("Abre a las tres y media de la tarde.", "15:30"),
        ("Abre a las cuatro menos cuarto.", "03:45"),
        ("Abre a las 15:30 h todos los días.", "15:30"),
        ("Abre a las 9.", "09:00"),
        ("Abre a la una en punto.", "01:00"),
        ("Abre a las 3:30 de la tarde.", "15:30"),
        ("Son las tres cajas.", "3"),
    ]);
}

#[test]
fn ranges_and_counts() {
    check(&[
        ("It takes 3-5 days.", "3 to 5"),
        ("It takes 3–5 days.", "3 to 5"),
        ("It takes 3 to 5 days.", "3 to 5"),
        ("It takes between 3 and 5 days.", "3 to 5"),
        ("It takes three to five days.", "3 to 5"),
        ("It takes between one hundred and two hundred days.", "100 to 200"),
        ("Es dauert 3 bis 5 Tage.", "3 to 5"),
        ("Es dauert zwischen drei und fünf Tagen.", "3 to 5"),
        ("Tarda de 3 a 5 días.", "3 to 5"),
        ("Tarda entre 3 y 5 días.", "3 to 5"),
        ("Tarda entre treinta y cuarenta días.", "30 to 40"),
        ("Tarda entre treinta y cinco y cuarenta días.", "35 to 40"),
        ("There are 12,000 left.", "12000"),
        ("There are two dozen left.", "24"),
        ("Es sind 12.000 Stück da.", "12000"),
        ("Hay veintiuno.", "21"),
        ("Hay ciento quince cajas.", "115"),
        ("Once it is here, we call.", ""),
        // Nothing tells the language.
        ("once", "11"),
        ("elf", "11"),
        ("Hay once cajas.", "11"),
        ("Es sind elf Stück da, und das ist eine Menge.", "11"),
    ]);
}

#[test]
fn availability() {
    check(&[
        ("It is in stock.", "available"),
        ("It is not in stock.", "not available"),
        ("It is out of stock.", "not available"),
        ("It is sold out.", "not available"),
        ("It is not sold out.", "available"),
        ("It isn't available.", "not available"),
        ("It is no longer available.", "not available"),
        ("We do not currently have that lamp in stock.", "not available"),
        ("It is ready to ship.", "available"),
        ("Delivery is free of charge.", ""),
        ("Das ist nicht mehr lieferbar.", "not available"),
        ("Das ist zurzeit vergriffen.", "not available"),
        ("Das ist nicht auf Lager.", "not available"),
        ("Verfügbar ist es leider nicht.", "not available"),
        ("Das ist vorrätig.", "available"),
        ("Está agotado.", "not available"),
        ("No está disponible.", "not available"),
        ("Ya no quedan existencias, está agotada.", "not available | not available"),
        ("Está en existencias.", "available"),
        ("Está sin stock.", "not available"),
        ("Todavía hay existencias de eso.", "available"),
        ("No quedan existencias de eso.", "not available"),
    ]);
}

#[test]
fn names() {
    check(&[
        ("The number is ORD-48123.", "ORD-48123"),
        ("Please quote #ORD-48123 to us.", "ORD-48123"),
        ("Please quote #48123 to us.", "48123"),
        ("Please quote order number 48123.", "48123"),
        ("It is No. 48123 on the list.", "48123"),
        ("Die Nr. 48123 ist es.", "48123"),
        ("The code is AB12CD.", "AB12CD"),
        ("The code is 48A91B.", "48A91B"),
        ("The code is 48123-AB, for 30-Day returns.", "48123-AB | 30"),
        ("The code is ORD-X-2026-1.", "ORD-X-2026-1"),
        ("The IBAN is DE89 3704 0044 0532 0130 00.", "DE89 3704 0044 0532 0130 00"),
        ("Call 1-800-555-1234 now.", "1-800-555-1234"),
        ("Account 1234567890123 is yours.", "1234567890123"),
        ("See https://shop.example/4417?id=5 for more.", ""),
    ]);
}

/// Full-width digits, spaces that are none, accents apart from their letters, marks that nobody sees.
#[test]
fn odd_characters_are_read_as_people_read_them() {
    check(&[
        ("It costs ＄４７.１５ now.", "47.15 USD"),
        ("Es kostet 1\u{202f}234,50\u{a0}€ für alle.", "1234.50 EUR"),
        ("Es kostet fu\u{308}nf Euro.", "5.00 EUR"),
        ("It costs $4\u{200b}7.15 now.", "47.15 USD"),
        ("It costs \u{202e}$47.15\u{202c} now.", "47.15 USD"),
        ("It costs £\u{a0}12 now.", "Money"),
        ("٣٤ boxes are left.", "34"),
    ]);
}

fn money(cents: i64) -> FactValue {
    FactValue::Money { cents, currency: Currency::Usd }
}

fn march(day: u8) -> FactValue {
    FactValue::Date(Date { year: 2026, month: 3, day })
}
