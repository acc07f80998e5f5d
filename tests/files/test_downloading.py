"""A file is read through a link that lasts minutes, by those who may see the instance."""

from urllib.parse import parse_qs, urlsplit

from tests.files.conftest import Instance


def test_a_link_saves_the_file_under_its_own_name(instance: Instance) -> None:
    file = instance.file(instance.upload(filename='Rechnung "März".pdf')).data
    assert (file["status"], file["filename"], file["size"]) == ("uploaded", 'Rechnung "März".pdf', 5)
    query = parse_qs(urlsplit(file["download"]["url"]).query)
    assert query["response-content-disposition"] == ["attachment; filename*=UTF-8''Rechnung%20%22M%C3%A4rz%22.pdf"]
    assert query["response-content-type"] == ["application/pdf"]
    assert query["X-Amz-Expires"] == ["300"]


def test_there_is_no_link_before_the_upload(instance: Instance) -> None:
    file = instance.file(instance.ask().data["file_id"]).data
    assert file["status"] == "pending"
    assert "download" not in file


def test_a_list_tells_which_are_there(instance: Instance) -> None:
    first, second = instance.upload(), instance.ask().data["file_id"]
    assert [(file["file_id"], file["status"]) for file in instance.files()] == [
        (first, "uploaded"),
        (second, "pending"),
    ]


def test_others_find_nothing(instance: Instance) -> None:
    file_id = instance.upload()
    for stranger in ("peer", "stranger"):
        assert instance.file(file_id, as_=stranger).error["code"] == "instance_not_found"


def test_what_is_no_file_of_the_instance_is_not_found(instance: Instance) -> None:
    for nonsense in ("file_00000000000000000000000000", "file_1", "x"):
        assert instance.file(nonsense).error["code"] == "file_not_found"
