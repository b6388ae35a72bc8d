#include "core/model/field_meaning.h"

#include "core/text/search_fold.h"

#include <algorithm>
#include <map>

namespace tributary::model {
namespace {

using Words = std::span<const std::string>;

std::string folded(Words words)
{
    std::string all;
    for (const std::string &word : words)
        all += word;
    return all;
}

/// As people write them; what differs in case, accents and spaces alone stands once.
constexpr struct {
    FieldMeaning meaning;
    std::string_view name;
} kNames[]{
    {FieldMeaning::Phone, "phone"},
    {FieldMeaning::Phone, "phone number"},
    {FieldMeaning::Phone, "telephone"}, // and téléphone
    {FieldMeaning::Phone, "telephone number"},
    {FieldMeaning::Phone, "tel"},
    {FieldMeaning::Phone, "mobile"},
    {FieldMeaning::Phone, "mobile number"},
    {FieldMeaning::Phone, "cell"},
    {FieldMeaning::Phone, "cellphone"},
    {FieldMeaning::Phone, "Telefon"},
    {FieldMeaning::Phone, "Telefonnummer"},
    {FieldMeaning::Phone, "Mobil"},
    {FieldMeaning::Phone, "Mobilnummer"},
    {FieldMeaning::Phone, "Handy"},
    {FieldMeaning::Phone, "Handynummer"},
    {FieldMeaning::Phone, "telefoon"},
    {FieldMeaning::Phone, "telefoonnummer"},
    {FieldMeaning::Phone, "teléfono"},
    {FieldMeaning::Phone, "móvil"},
    {FieldMeaning::Phone, "celular"},
    {FieldMeaning::Phone, "telefone"},
    {FieldMeaning::Phone, "telemóvel"},
    {FieldMeaning::Phone, "cellulare"},
    {FieldMeaning::Phone, "телефон"},
    {FieldMeaning::Phone, "هاتف"},
    {FieldMeaning::Phone, "الهاتف"},
    {FieldMeaning::Phone, "رقم الهاتف"},
    {FieldMeaning::Phone, "电话"},
    {FieldMeaning::Phone, "手机"},
    {FieldMeaning::Phone, "電話番号"},
    {FieldMeaning::Phone, "전화번호"},
    {FieldMeaning::Email, "email"}, // and E-Mail
    {FieldMeaning::Email, "mail"},
    {FieldMeaning::Email, "email address"},
    {FieldMeaning::Email, "mail address"},
    {FieldMeaning::Email, "E-Mail-Adresse"},
    {FieldMeaning::Email, "Mailadresse"},
    {FieldMeaning::Email, "correo"},
    {FieldMeaning::Email, "correo electrónico"},
    {FieldMeaning::Email, "courriel"},
    {FieldMeaning::Email, "адрес электронной почты"},
    {FieldMeaning::Email, "электронная почта"},
    {FieldMeaning::Email, "البريد الإلكتروني"},
    {FieldMeaning::Email, "邮箱"},
    {FieldMeaning::Email, "メールアドレス"},
    {FieldMeaning::Email, "이메일"},
    {FieldMeaning::Postcode, "postcode"},
    {FieldMeaning::Postcode, "postal code"},
    {FieldMeaning::Postcode, "zip"},
    {FieldMeaning::Postcode, "zip code"},
    {FieldMeaning::Postcode, "PIN code"},
    {FieldMeaning::Postcode, "PLZ"},
    {FieldMeaning::Postcode, "Postleitzahl"},
    {FieldMeaning::Postcode, "code postal"},
    {FieldMeaning::Postcode, "código postal"},
    {FieldMeaning::Postcode, "CEP"},
    {FieldMeaning::Postcode, "codice postale"},
    {FieldMeaning::Postcode, "postnummer"},
    {FieldMeaning::Postcode, "kod pocztowy"},
    {FieldMeaning::Postcode, "PSČ"},
    {FieldMeaning::Postcode, "индекс"},
    {FieldMeaning::Postcode, "الرمز البريدي"},
    {FieldMeaning::Postcode, "邮编"},
    {FieldMeaning::Postcode, "邮政编码"},
    {FieldMeaning::Postcode, "郵便番号"},
    {FieldMeaning::Postcode, "우편번호"},
    {FieldMeaning::City, "city"},
    {FieldMeaning::City, "town"},
    {FieldMeaning::City, "Stadt"},
    {FieldMeaning::City, "Ort"},
    {FieldMeaning::City, "Wohnort"},
    {FieldMeaning::City, "ville"},
    {FieldMeaning::City, "ciudad"},
    {FieldMeaning::City, "cidade"},
    {FieldMeaning::City, "città"},
    {FieldMeaning::City, "woonplaats"},
    {FieldMeaning::City, "miasto"},
    {FieldMeaning::City, "город"},
    {FieldMeaning::City, "المدينة"},
    {FieldMeaning::City, "城市"},
    {FieldMeaning::City, "도시"},
    {FieldMeaning::Address, "address"},
    {FieldMeaning::Address, "address line 1"},
    {FieldMeaning::Address, "delivers to"},
    {FieldMeaning::Address, "street"},
    {FieldMeaning::Address, "Adresse"},
    {FieldMeaning::Address, "Lieferadresse"},
    {FieldMeaning::Address, "Anschrift"},
    {FieldMeaning::Address, "Straße"},
    {FieldMeaning::Address, "rue"},
    {FieldMeaning::Address, "dirección"},
    {FieldMeaning::Address, "calle"},
    {FieldMeaning::Address, "endereço"},
    {FieldMeaning::Address, "rua"},
    {FieldMeaning::Address, "indirizzo"},
    {FieldMeaning::Address, "adres"},
    {FieldMeaning::Address, "straat"},
    {FieldMeaning::Address, "адрес"},
    {FieldMeaning::Address, "العنوان"},
    {FieldMeaning::Address, "地址"},
    {FieldMeaning::Address, "住所"},
    {FieldMeaning::Address, "주소"},
};

/// By what is compared of a name.
std::map<std::string, FieldMeaning, std::less<>> meanings()
{
    std::map<std::string, FieldMeaning, std::less<>> all;
    for (const auto &[meaning, name] : kNames)
        all.emplace(folded(text::wordsForComparing(name)), meaning);
    return all;
}

} // namespace

std::optional<FieldMeaning> meaningOf(std::string_view name)
{
    static const std::map<std::string, FieldMeaning, std::less<>> known = meanings();
    constexpr std::size_t kLongest = 200;
    const std::vector<std::string> words = text::wordsForComparing(name.substr(0, kLongest));
    for (std::size_t i = 0; i < words.size(); ++i) { // the longest first: an e-mail address is no address
        const auto found = known.find(folded(Words(words).subspan(i)));
        if (found != known.end())
            return found->second;
    }
    return std::nullopt;
}

std::optional<FieldMeaning> meaningOf(std::string_view key, std::span<const FieldDefinition> fields)
{
    const auto field = std::ranges::find_if(fields, [key](const FieldDefinition &one) {
        return one.subject == FieldDefinition::Subject::Customer && one.key == key;
    });
    const auto shown = field == fields.end() ? std::nullopt : meaningOf(field->name);
    return shown ? shown : meaningOf(key);
}

} // namespace tributary::model
